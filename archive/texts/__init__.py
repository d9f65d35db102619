"""Rules on texts: sentences, edits, noise, notices, encodings, numbers of persons.

Every rule is a pure function whose docstring is its specification. This room imports nothing of ours but `model`.
"""

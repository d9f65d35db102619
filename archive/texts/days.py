"""Days as texts print them."""

# 2021-03-12, 2021年3月12日, 2021/3/12, with blanks between. Rules that read year, month and day out of a text, and
# that must tell a day from other figures, have patterns of their own: spiders/lists/dates.py, pipelines/metadata.py.
PRINTED_DAY = r"\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?"
ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

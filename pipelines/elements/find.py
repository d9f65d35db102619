"""The elements of an official document that its text prints: addressee, days of effect, joint signature, signer."""

from pipelines.doc_numbers import normal_number, number_of_title
from pipelines.elements.addressee import find_addressee
from pipelines.elements.bodies import BETWEEN
from pipelines.elements.clauses import find_clauses
from pipelines.elements.signature import joint, signers
from pipelines.facts import Facts


def find_elements(facts: Facts, text: str) -> None:
    """Set the elements that no label gives from the text, the 文号 from the title: what is printed, never what follows from it.

    自2026年5月1日起施行 gives a day. 自印发之日起施行 and 有效期5年 give none: the words stay in the provenance alone.
    """
    lines = text.split("\n")
    title = facts.get("title")
    if number := number_of_title(title):
        facts.set("doc_number", normal_number(number), "text", number)
    words = find_addressee(lines)
    facts.set("addressee", words, "text", words)
    for clause in find_clauses(text):
        facts.set(clause.name, clause.day, "text", clause.raw)
        if not clause.day:
            facts.note(clause.name, "text", clause.raw)
    found = joint(title, lines)
    facts.set("co_issuers", BETWEEN.join(found), "text", " ".join(found))
    signed = list(signers(title, lines))
    facts.set("signatory", BETWEEN.join(signed), "text", " ".join(signed))

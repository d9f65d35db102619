"""Files that releases link to become text: `read_document`. Every module is pure: bytes in, text out."""

from pipelines.documents.document import Document as Document
from pipelines.documents.read import RULES as RULES
from pipelines.documents.read import read_document as read_document

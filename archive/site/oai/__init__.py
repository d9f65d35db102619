"""OAI-PMH 2.0 at /oai: the records of the served snapshot for harvesters."""

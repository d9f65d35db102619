"""How the names of offices, papers and sites end; rules add endings of their own."""

# 通报, 喜报 and 简报 are kinds of text, no papers
OFFICE_ENDINGS = "局|厅|委|网|网站|(?<![通汇喜捷预海简])报|频道|中心|平台|门户"

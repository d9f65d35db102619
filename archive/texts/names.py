"""How the names of offices, papers and sites end; rules add endings of their own."""

OFFICE_ENDINGS = "局|厅|委|网|网站|报|频道|中心|平台|门户"

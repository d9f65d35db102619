"""Work on other processes and machines: Dask, and processes that may be killed."""

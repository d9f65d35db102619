def restore_removals(db, folder): pass

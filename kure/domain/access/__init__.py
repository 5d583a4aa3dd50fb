"""Who may see and do what: roles, scopes, names, passwords, where a request comes from."""

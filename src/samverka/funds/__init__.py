"""Regional pools and calls: rules, applications, decisions, balance."""

"""Who may do what: people, actors, actions, and rules with two faces."""

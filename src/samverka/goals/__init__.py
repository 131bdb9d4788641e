"""Joint goals: indicator, baseline, target, date, women and men, verdict."""

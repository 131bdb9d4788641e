"""Scores that can be taken apart: weighted criteria, and models whose probabilities can be checked."""

from .criteria import (
    Among,
    Criterion,
    Distance,
    HomeSize,
    LanguageLevel,
    Occupation,
    StartDate,
    Tie,
    TravelTime,
)
from .model import Calibration, Model, ModelCriterion, calibration_of
from .occupations import Occupations
from .scorer import Candidates, ForbiddenCriterion, Scored, Scorer, Weighted

__all__ = [
    "Among",
    "Calibration",
    "Candidates",
    "Criterion",
    "Distance",
    "ForbiddenCriterion",
    "HomeSize",
    "LanguageLevel",
    "Model",
    "ModelCriterion",
    "Occupation",
    "Occupations",
    "Scored",
    "Scorer",
    "StartDate",
    "Tie",
    "TravelTime",
    "Weighted",
    "calibration_of",
]

"""Assessments of systems: social impact, risk, evidence, review, crosswalks and coverage."""

"""Ports and adapters to other systems' APIs and file formats; no models, no framework.

`http` asks and keeps the raw answers, `kolada` and `scb` know each API's shapes, `jsonstat` and `px` read tables into a
`cubes.Cube`. What goes wrong with an answer is a `faults.SourceError`; what is wrong with one row of it, a
`rejections.Rejection`. Work that takes many requests is a `plans.Plan` of chunks with stable keys.
"""

"""Reads OCSF events from stdin; prints a line for each thing that two readers object to."""

import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from pydantic import ValidationError

for event in json.load(sys.stdin):
    metadata = event["metadata"]
    ocsf = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=metadata["version"]))
    name = ocsf.lookup_class_name_from_uid(class_uid=event["class_uid"])
    schema = ocsf.get_class_schema(class_name=name, profiles=metadata["profiles"])
    for error in Draft202012Validator(schema).iter_errors(event):
        print(f"schema: {error.json_path}: {error.message}")
    try:
        DetectionFinding.model_validate(event)
    except ValidationError as error:
        print(f"model: {error}")

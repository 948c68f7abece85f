"""Reads findings from stdin, imports them a hundred at a time; prints what boto3 and Security Hub (moto's) object to, or have of them."""

import json
import sys

import boto3
from botocore.exceptions import ParamValidationError
from moto import mock_aws

findings = json.load(sys.stdin)
with mock_aws():
    region = findings[0]["ProductArn"].split(":")[3]
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    hub = boto3.client("securityhub", region_name=region, **keys)
    hub.enable_security_hub()
    try:
        for at in range(0, len(findings), 100):
            failed = hub.batch_import_findings(Findings=findings[at : at + 100])["FailedFindings"]
            for failure in failed:
                print(f"hub: {failure}")
    except ParamValidationError as error:
        print(f"boto3: {error}")
    kept = hub.get_findings(MaxResults=100)["Findings"]
    print(f"imported: {len({finding['Id'] for finding in kept})}")

# An application with an unchanged boto3: nothing in it speaks of credentials.
import boto3

print(boto3.client("sts").get_caller_identity()["Arn"])

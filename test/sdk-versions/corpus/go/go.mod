module example.com/orders // the orders service

go 1.22.3

toolchain go1.22.5

require (
	github.com/aws/aws-sdk-go v1.44.300
	github.com/aws/aws-sdk-go-v2 v1.22.1
	github.com/aws/aws-sdk-go-v2/config v1.24.0 // indirect
	"github.com/aws/smithy-go" v1.16.0
)

require github.com/aws/aws-sdk-go-v2/service/s3 v1.42.1

replace github.com/aws/aws-sdk-go v1.44.300 => github.com/acme/aws-sdk-go v1.23.12-acme.1

exclude (
	github.com/aws/aws-sdk-go v1.0.0
)

retract v1.0.1 // published by mistake

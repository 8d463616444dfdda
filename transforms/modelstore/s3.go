package modelstore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
)

// processS3 opens s3:// documents with the AWS SDK's ordinary credentials. AWS_ENDPOINT_URL_S3 names another store that speaks
// S3, which is then addressed with the bucket in the path; without AWS_REGION it is us-east-1.
var processS3 = newS3Opener()

type s3Opener struct{ client client[*s3.Client] }

func newS3Opener(options ...func(*config.LoadOptions) error) *s3Opener {
	o := &s3Opener{}
	o.client.make = func(ctx context.Context) (*s3.Client, error) {
		options := append([]func(*config.LoadOptions) error{config.WithDefaultRegion("us-east-1"), config.WithLogger(logging.Nop{})}, options...)
		c, err := config.LoadDefaultConfig(ctx, options...)
		if err != nil {
			return nil, err
		}
		return s3.NewFromConfig(c, func(o *s3.Options) {
			o.UsePathStyle = o.BaseEndpoint != nil
			o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired // stores that merely speak S3 send none
		}), nil
	}
	return o
}

func (o *s3Opener) open(ctx context.Context, place Place) (Source, error) {
	c, err := o.client.get(ctx)
	if err != nil {
		return Source{}, fault(Unavailable, "no client for S3: %s", redact(err.Error()))
	}
	in := &s3.GetObjectInput{Bucket: aws.String(place.Host), Key: aws.String(place.Path())}
	if place.Pin != "" {
		in.VersionId = aws.String(place.Pin)
	}
	out, err := c.GetObject(ctx, in)
	if err != nil {
		return Source{}, s3Fault(err)
	}
	source := Source{Body: out.Body, Size: -1, Version: aws.ToString(out.VersionId)}
	if out.ContentLength != nil {
		source.Size = *out.ContentLength
	}
	return source, nil
}

func s3Fault(err error) error {
	var response *awshttp.ResponseError
	if errors.As(err, &response) && response.HTTPStatusCode() != 0 {
		return statusFault(response.HTTPStatusCode())
	}
	return err
}

package modelstore

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// useS3 makes the process use the S3 at base, named by the SDK's own environment variables.
func useS3(t *testing.T, base string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3": base, "AWS_ACCESS_KEY_ID": "test-key-id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	before := processS3
	processS3 = newS3Opener()
	t.Cleanup(func() { processS3 = before })
}

func TestS3(t *testing.T) {
	fake := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	defer fake.Close()
	useS3(t, fake.URL)
	ctx := context.Background()
	client, err := processS3.client.get(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("models")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: aws.String("models"),
		VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled}}); err != nil {
		t.Fatal(err)
	}
	put := func(key, content string) (version string) {
		t.Helper()
		out, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("models"), Key: aws.String(key), Body: strings.NewReader(content)})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(out.VersionId)
	}
	first := put("fraud/3 a.pmml", "first")
	second := put("fraud/3 a.pmml", "second")
	compressed := zipped(t, "<PMML/>")
	put("fraud/packed.gz", compressed)
	put("private/a", "secret")

	s := mustNew(t, Config{Allow: []string{"s3://models/fraud", "s3://nobucket"}})
	for _, c := range []struct{ uri, want, stored string }{
		{"s3://models/fraud/3 a.pmml", "second", "second"},
		{"s3://models/fraud/3%20a.pmml?versionId=" + first, "first", "first"},
		{"s3://models/fraud/3%20a.pmml?versionId=" + second, "second", "second"},
		{"s3://models/fraud/packed.gz", "<PMML/>", compressed},
	} {
		data, digest, err := s.Fetch(ctx, c.uri)
		if err != nil || string(data) != c.want || digest != sum(c.stored) {
			t.Errorf("%s: %q %s %v", c.uri, data, digest, err)
		}
	}
	for uri, code := range map[string]Code{
		"s3://models/fraud/none": NotFound,
		"s3://nobucket/a":        NotFound,
		"s3://models/private/a":  NotAllowed,
	} {
		_, _, err := s.Fetch(ctx, uri)
		wantCode(t, err, code)
	}
}

func statusHandler(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, "secret")
	}
}

func TestS3ThatFails(t *testing.T) {
	for status, code := range map[int]Code{403: Denied, 301: Unavailable, 503: Unavailable} {
		base, _ := server(t, statusHandler(status))
		useS3(t, base)
		_, _, err := mustNew(t, Config{Allow: []string{"s3://b"}}).Fetch(context.Background(), "s3://b/a")
		if e := wantCode(t, err, code); !e.Retriable() || strings.Contains(fmt.Sprint(e), "secret") {
			t.Errorf("%d: %v", status, e)
		}
	}
}

func TestS3WithoutCredentials(t *testing.T) {
	base, _ := server(t, statusHandler(200))
	useS3(t, base)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("HOME", t.TempDir())
	_, _, err := mustNew(t, Config{Allow: []string{"s3://b"}}).Fetch(context.Background(), "s3://b/a")
	wantCode(t, err, Unavailable)
}

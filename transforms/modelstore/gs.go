package modelstore

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

// processGS opens gs:// documents with Google's application default credentials. STORAGE_EMULATOR_HOST names an emulator.
var processGS = newGSOpener()

type gsOpener struct{ client client[*storage.Client] }

// gsAttempts bounds the tries of one request; further ones are the model cache's, which knows when to give up.
const gsAttempts = 3

func newGSOpener(options ...option.ClientOption) *gsOpener {
	o := &gsOpener{}
	o.client.make = func(ctx context.Context) (*storage.Client, error) {
		// Not through the JSON interface: the SDK cannot read compressed bytes as stored with it.
		c, err := storage.NewClient(ctx, options...)
		if err != nil {
			return nil, err
		}
		c.SetRetry(storage.WithMaxAttempts(gsAttempts))
		return c, nil
	}
	return o
}

// open reads the object as stored: what Cloud Storage keeps compressed is not decompressed on the way, so that digest and
// bounds are about what lies there.
func (o *gsOpener) open(ctx context.Context, place Place) (Source, error) {
	c, err := o.client.get(ctx)
	if err != nil {
		return Source{}, fault(Unavailable, "no client for Cloud Storage: %s", redact(err.Error()))
	}
	object := c.Bucket(place.Host).Object(place.Path()).ReadCompressed(true)
	if place.Pin != "" {
		generation, err := strconv.ParseInt(place.Pin, 10, 64)
		if err != nil {
			return Source{}, fault(BadURI, "its generation is not a number")
		}
		object = object.Generation(generation)
	}
	r, err := object.NewReader(ctx)
	if err != nil {
		return Source{}, gsFault(err)
	}
	return Source{Body: r, Size: r.Attrs.Size, Version: strconv.FormatInt(r.Attrs.Generation, 10)}, nil
}

func gsFault(err error) error {
	var api *googleapi.Error
	switch {
	case errors.Is(err, storage.ErrObjectNotExist), errors.Is(err, storage.ErrBucketNotExist):
		return fault(NotFound, "")
	case errors.As(err, &api):
		return statusFault(api.Code)
	}
	return err
}

// statusFault is what an HTTP status other than 200 means.
func statusFault(status int) *Error {
	switch status {
	case http.StatusNotFound, http.StatusGone:
		return fault(NotFound, "")
	case http.StatusUnauthorized, http.StatusForbidden:
		return fault(Denied, "")
	}
	return fault(Unavailable, "the server answered with status %d", status)
}

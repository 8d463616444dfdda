package flink

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A restClient speaks to Flink's REST interface.
type restClient struct {
	base string
	http *http.Client
}

func newRESTClient(base string) *restClient {
	return &restClient{base: strings.TrimRight(base, "/"), http: &http.Client{Timeout: 30 * time.Second}}
}

// maxAnswer bounds what is read of an answer, bytes.
const maxAnswer = 16 << 20

// call sends body as JSON, if there is one, and decodes the answer into out, if wanted.
func (c *restClient) call(ctx context.Context, method, path string, body, out any) error {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return &restError{Method: method, Path: path, Code: resp.StatusCode, Text: firstError(data)}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(data, out)
}

// A restError is an answer that is not a success.
type restError struct {
	Method, Path string
	Code         int
	Text         string
}

func (e *restError) Error() string {
	return fmt.Sprintf("flink: %s %s: %d %s: %s", e.Method, e.Path, e.Code, http.StatusText(e.Code), e.Text)
}

// firstError takes the message out of {"errors":["message","stack trace"]}.
func firstError(data []byte) string {
	var answer struct{ Errors []string }
	if json.Unmarshal(data, &answer) == nil && len(answer.Errors) > 0 {
		return answer.Errors[0]
	}
	return strings.TrimSpace(string(data[:min(len(data), 500)]))
}

type jobOverview struct {
	ID    string `json:"jid"`
	Name  string `json:"name"`
	State State  `json:"state"`
	Start int64  `json:"start-time"` // epoch milliseconds
}

func (c *restClient) jobs(ctx context.Context) ([]jobOverview, error) {
	var answer struct{ Jobs []jobOverview }
	err := c.call(ctx, http.MethodGet, "/jobs/overview", nil, &answer)
	return answer.Jobs, err
}

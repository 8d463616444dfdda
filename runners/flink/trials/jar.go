package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path"
	"path/filepath"
)

// buildPeer makes the peer's jar (Maven). It is a separate program under a licence of its own: nothing of it is linked.
func (st *stage) buildPeer(ctx context.Context) (string, error) {
	dir := st.path("peer")
	cmd := exec.CommandContext(ctx, "mvn", "-q", "-B", "--strict-checksums", "-f", filepath.Join("testdata", "peers", "flink-broadcast", "pom.xml"),
		"-Dbuild.dir="+dir, "package")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the peer: %w\n%s", err, lastBytes(out))
	}
	return filepath.Join(dir, "flink-broadcast-peer.jar"), nil
}

// uploadJar gives a jar to the JobManager and returns the id by which it runs it.
func (st *stage) uploadJar(ctx context.Context, file string) (string, error) {
	jar, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer jar.Close()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="jarfile"; filename=%q`, filepath.Base(file))},
		"Content-Type":        {"application/x-java-archive"},
	})
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(part, jar); err != nil {
		return "", err
	}
	if err := form.Close(); err != nil {
		return "", err
	}
	var answer struct{ Filename string }
	if err := st.post(ctx, "/jars/upload", form.FormDataContentType(), &body, &answer); err != nil {
		return "", err
	}
	return path.Base(answer.Filename), nil
}

// runJar starts the main program of a jar and returns the id of the job that it makes.
func (st *stage) runJar(ctx context.Context, id string, parallelism int, args ...string) (string, error) {
	body, err := json.Marshal(map[string]any{"parallelism": parallelism, "programArgsList": args})
	if err != nil {
		return "", err
	}
	var answer struct{ JobID string }
	err = st.post(ctx, "/jars/"+id+"/run", "application/json", bytes.NewReader(body), &answer)
	return answer.JobID, err
}

func (st *stage) post(ctx context.Context, where, contentType string, body io.Reader, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, st.stack.Flink.Settings.REST()+where, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s\n%s", where, resp.Status, text)
	}
	return json.Unmarshal(text, answer)
}

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/beam-pmml/beam-pmml/runners/flink/cluster"
)

// playLogins reads events from, and writes outcomes to, a broker that wants certificates and logins, by each way that the program
// knows; and wrong ones, which must be refused with the reason.
func playLogins(ctx context.Context, st *stage) (err error) {
	b, err := st.startGuarded(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.kafka.Stop(context.WithoutCancel(ctx))) }()
	place, err := newTopics(ctx, b.kafka.Settings.Address(), "logins")
	if err != nil {
		return err
	}
	defer place.close()
	if err := b.admit(ctx, place.admin); err != nil {
		return err
	}
	demo, err := filepath.Abs(st.demo)
	if err != nil {
		return err
	}
	events, err := st.sendDemo(ctx, place, demo)
	if err != nil {
		return err
	}
	for _, c := range b.calls() {
		if err := b.call(ctx, c, place, demo, events); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// A guarded broker has, beside the door for this trial, one for logins in the clear, one for certificates, and one for both.
type guarded struct {
	kafka             *cluster.Kafka
	binary, folder    string
	login, cert, both string // addresses
	outputs           int
	say               func(format string, args ...any)
}

const (
	rightUser, rightPassword = "scorer", "correct horse"
	wrongPassword            = "battery staple"
)

// startGuarded makes certificates and starts the broker.
func (st *stage) startGuarded(ctx context.Context) (*guarded, error) {
	b := &guarded{folder: st.path("logins"), say: st.say}
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return nil, err
	}
	if err := b.writeSecrets(); err != nil {
		return nil, err
	}
	var err error
	if b.binary, err = st.build(ctx, ""); err != nil {
		return nil, err
	}
	ports, err := freePorts(5)
	if err != nil {
		return nil, err
	}
	address := func(i int) string { return fmt.Sprintf("localhost:%d", ports[i]) }
	b.login, b.cert, b.both = address(2), address(3), address(4)
	plainUsers := fmt.Sprintf("org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=%q;", rightUser, rightPassword)
	scram := "org.apache.kafka.common.security.scram.ScramLoginModule required;"
	bearer := `org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`
	conf := []string{
		fmt.Sprintf("listeners=PLAINTEXT://%s,CONTROLLER://%s,LOGIN://%s,CERT://%s,BOTH://%s", address(0), address(1), b.login, b.cert, b.both),
		fmt.Sprintf("advertised.listeners=PLAINTEXT://%s,LOGIN://%s,CERT://%s,BOTH://%s", address(0), b.login, b.cert, b.both),
		"listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,LOGIN:SASL_PLAINTEXT,CERT:SSL,BOTH:SASL_SSL",
		"sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
		"ssl.keystore.type=PEM", "ssl.keystore.location=" + filepath.Join(b.folder, "broker-both.pem"),
		"ssl.truststore.type=PEM", "ssl.truststore.location=" + filepath.Join(b.folder, "ca.pem"),
		"listener.name.cert.ssl.client.auth=required",
	}
	for _, listener := range []string{"login", "both"} {
		for mechanism, config := range map[string]string{"plain": plainUsers, "scram-sha-256": scram, "scram-sha-512": scram, "oauthbearer": bearer} {
			conf = append(conf, fmt.Sprintf("listener.name.%s.%s.sasl.jaas.config=%s", listener, mechanism, config))
		}
	}
	b.kafka, err = cluster.StartKafka(ctx, cluster.KafkaSettings{Dir: st.path("logins", "kafka"), Port: ports[0], ControllerPort: ports[1], Conf: conf})
	return b, err
}

// writeSecrets writes what the broker and those who call it show.
func (b *guarded) writeSecrets() error {
	ours, err := newAuthority(b.folder, "ca")
	if err != nil {
		return err
	}
	others, err := newAuthority(b.folder, "other-ca")
	if err != nil {
		return err
	}
	if err := errors.Join(ours.issue("broker"), ours.issue("client"), others.issue("stranger")); err != nil {
		return err
	}
	for name, text := range map[string]string{"user": rightUser, "password": rightPassword + "\n", "wrong": wrongPassword,
		"token": unsecuredToken(time.Now().Add(time.Hour)), "old-token": unsecuredToken(time.Now().Add(-time.Hour))} {
		if err := os.WriteFile(filepath.Join(b.folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// unsecuredToken is an unsecured JWS (RFC 7515, appendix A.5), which a broker takes that was told of no authority.
func unsecuredToken(until time.Time) string {
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // numbers and texts have a JSON form
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return part(map[string]any{"alg": "none"}) + "." +
		part(map[string]any{"sub": rightUser, "iat": until.Add(-2 * time.Hour).Unix(), "exp": until.Unix()}) + "."
}

// admit makes the user known to SCRAM. A request may name a user only once.
func (b *guarded) admit(ctx context.Context, admin *kadm.Client) error {
	for _, m := range []kadm.ScramMechanism{kadm.ScramSha256, kadm.ScramSha512} {
		made, err := admin.AlterUserSCRAMs(ctx, nil, []kadm.UpsertSCRAM{{User: rightUser, Mechanism: m, Iterations: 4096, Password: rightPassword}})
		if err == nil {
			err = made.Error()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A login is one way to call the broker.
type login struct {
	name, address string
	security      string // JSON
	refused       string // what the error must say; empty: it is right
}

// calls are all ways, the right ones first.
func (b *guarded) calls() (all []login) {
	user := func(mechanism, password string) string {
		return fmt.Sprintf(`"sasl": {"mechanism": %q, "user_file": "user", "password_file": %q}`, mechanism, password)
	}
	token := func(file string) string {
		return fmt.Sprintf(`"sasl": {"mechanism": "OAUTHBEARER", "token_file": %q}`, file)
	}
	const trust, show, stranger = `"tls": {"ca": "ca.pem"}`, `"tls": {"ca": "ca.pem", "cert": "client.pem", "key": "client.key"}`,
		`"tls": {"ca": "ca.pem", "cert": "stranger.pem", "key": "stranger.key"}`
	add := func(name, address, security, refused string) {
		all = append(all, login{name, address, "{" + security + "}", refused})
	}
	for _, m := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		add(m+" in the clear", b.login, user(m, "password"), "")
		add(m+" over TLS", b.both, trust+", "+user(m, "password"), "")
		add(m+" with a wrong password", b.login, user(m, "wrong"), "SASL_AUTHENTICATION_FAILED")
	}
	add("OAUTHBEARER in the clear", b.login, token("token"), "")
	add("OAUTHBEARER over TLS", b.both, trust+", "+token("token"), "")
	add("OAUTHBEARER with a token of yesterday", b.login, token("old-token"), "SASL_AUTHENTICATION_FAILED")
	add("a certificate", b.cert, show, "")
	add("another's certificate", b.cert, stranger, "tls")
	add("no certificate", b.cert, trust, "tls")
	add("a broker that is not trusted", b.both, `"tls": {"ca": "other-ca.pem"}, `+user("PLAIN", "password"), "certificate")
	return all
}

// call lets the program score the demo's events through one door.
func (b *guarded) call(ctx context.Context, c login, place *topics, demo string, events int) error {
	b.outputs++
	security := filepath.Join(b.folder, fmt.Sprintf("security-%d.json", b.outputs))
	if err := os.WriteFile(security, []byte(c.security), 0o600); err != nil {
		return err
	}
	prefix := fmt.Sprintf("logins-%d", b.outputs)
	at := func(topic string) string { return "kafka://" + c.address + "/" + topic }
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	run := exec.CommandContext(ctx, b.binary, "run", "--runner=prism", "--quiet", "--horizon=0", "--load-wait=2s", "--models="+demo,
		"--kafka-security="+security, "--events="+at(place.events()), "--control="+at(place.control()), "--out="+at(prefix))
	text, err := run.CombinedOutput()
	switch {
	case strings.Contains(string(text), rightPassword) || strings.Contains(string(text), wrongPassword):
		return fmt.Errorf("it printed a password:\n%s", lastBytes(text))
	case err != nil && c.refused == "":
		return fmt.Errorf("%w\n%s", err, lastBytes(text))
	case err == nil && c.refused != "":
		return errors.New("it was let in")
	case c.refused != "" && !strings.Contains(string(text), c.refused):
		return fmt.Errorf("the error does not say %q:\n%s", c.refused, lastBytes(text))
	case c.refused != "":
		b.say("logins: %s: %s", c.name, strings.TrimSpace(string(lastBytes(text))))
		return nil
	}
	ends, err := place.admin.ListEndOffsets(ctx, prefix+".results", prefix+".dead-letters")
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return err
	}
	outcomes := 0
	ends.Each(func(o kadm.ListedOffset) { outcomes += int(o.Offset) })
	if outcomes != events {
		return fmt.Errorf("%d events have %d outcomes", events, outcomes)
	}
	b.say("logins: %s: %d events, each with an outcome", c.name, events)
	return nil
}

// freePorts are ports of this machine that nobody uses now.
func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "localhost:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

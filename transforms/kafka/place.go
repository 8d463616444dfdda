package kafka

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
)

// Place is where records lie: kafka://BROKER[,BROKER…]/TOPIC[,TOPIC…], or kafka://BROKER[,BROKER…]/~REGEX for all topics
// of which the regular expression (RE2) matches the whole name.
type Place struct {
	Brokers []string // host or host:port, of which some are enough
	Topics  []string
	Pattern string // instead of Topics
}

const scheme = "kafka://"

// IsPlace says whether a text means a place in Kafka.
func IsPlace(text string) bool { return strings.HasPrefix(text, scheme) }

// ParsePlace reads a place. It has neither userinfo nor query: how to connect is said by Security.
func ParsePlace(text string) (Place, error) {
	rest, ok := strings.CutPrefix(text, scheme)
	brokers, topics, found := strings.Cut(rest, "/")
	if strings.Contains(brokers, "@") {
		return Place{}, errCredentials
	}
	if !ok || !found || brokers == "" || topics == "" {
		return Place{}, fmt.Errorf("%q is not of the form kafka://BROKER[,BROKER…]/TOPIC[,TOPIC…] or kafka://BROKERS/~REGEX", text)
	}
	p := Place{Brokers: strings.Split(brokers, ",")}
	if pattern, is := strings.CutPrefix(topics, "~"); is {
		p.Pattern = pattern
	} else {
		p.Topics = strings.Split(topics, ",")
	}
	return p, p.check()
}

func (p Place) check() error {
	if len(p.Brokers) == 0 {
		return errors.New("kafka: no brokers")
	}
	for _, b := range p.Brokers {
		if err := checkBroker(b); err != nil {
			return err
		}
	}
	if (len(p.Topics) == 0) == (p.Pattern == "") {
		return errors.New("kafka: either topics or a pattern of topics is needed")
	}
	for i, topic := range p.Topics {
		if err := checkTopic(topic); err != nil {
			return err
		}
		for _, other := range p.Topics[:i] {
			if topic == other {
				return fmt.Errorf("kafka: the topic %s is named twice", topic)
			}
		}
	}
	_, err := p.matcher()
	return err
}

// errCredentials does not show what it is about.
var errCredentials = errors.New("kafka: credentials do not belong into a place but into files: see Security")

func checkBroker(broker string) error {
	if strings.Contains(broker, "@") {
		return errCredentials
	}
	host := broker
	if strings.Contains(broker, ":") {
		var port string
		var err error
		if host, port, err = net.SplitHostPort(broker); err != nil {
			return fmt.Errorf("kafka: the broker %q is not host:port", broker)
		}
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return fmt.Errorf("kafka: the broker %q has no port from 1 to 65535", broker)
		}
	}
	if host == "" || strings.ContainsAny(host, "?#/ ") {
		return fmt.Errorf("kafka: the broker %q is not host:port", broker)
	}
	return nil
}

var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)

func checkTopic(topic string) error {
	if !topicName.MatchString(topic) || topic == "." || topic == ".." {
		return fmt.Errorf("kafka: %q is not the name of a topic: 1 to 249 ASCII letters, digits, '.', '_', '-'", topic)
	}
	return nil
}

// matcher says which topics the pattern means; nil where topics are named.
func (p Place) matcher() (*regexp.Regexp, error) {
	if p.Pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile(`^(?:` + p.Pattern + `)$`)
	if err != nil {
		return nil, fmt.Errorf("kafka: pattern of topics: %w", err)
	}
	return re, nil
}

// String is the place as ParsePlace reads it.
func (p Place) String() string {
	topics := strings.Join(p.Topics, ",")
	if p.Pattern != "" {
		topics = "~" + p.Pattern
	}
	return scheme + strings.Join(p.Brokers, ",") + "/" + topics
}

package peer;

import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Events of one topic are scored by the model that the newest message of their name in another topic gave; outcomes go to a third.
 *
 * <pre>flink run flink-broadcast-peer.jar BROKERS EVENTS CONTROL RESULTS MODELS [CHECKPOINT_MS]</pre>
 *
 * MODELS is the folder below which relative uris lie. Parallelism is the job's own (-p).
 */
public final class Job {
	/** What serves under a name. */
	public static final class Model {
		public String version, uri;
	}

	static final MapStateDescriptor<String, Model> MODELS = new MapStateDescriptor<>("models", String.class, Model.class);

	private Job() {}

	public static void main(String[] args) throws Exception {
		String brokers = args[0], events = args[1], control = args[2], results = args[3], folder = args[4];
		StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
		if (args.length > 5) {
			env.enableCheckpointing(Long.parseLong(args[5]));
		}
		BroadcastStream<String> messages = read(env, brokers, control).setParallelism(1).broadcast(MODELS);
		DataStream<String> scored = read(env, brokers, events).connect(messages).process(new Scoring(folder)).name("score");
		Properties producer = new Properties();
		producer.setProperty("linger.ms", "5");
		scored.sinkTo(KafkaSink.<String>builder().setBootstrapServers(brokers).setKafkaProducerConfig(producer)
			.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
			.setRecordSerializer(KafkaRecordSerializationSchema.<String>builder().setTopic(results).setValueSerializationSchema(new SimpleStringSchema()).build())
			.build());
		env.execute("flink-broadcast-peer");
	}

	private static DataStreamSource<String> read(StreamExecutionEnvironment env, String brokers, String topic) {
		KafkaSource<String> source = KafkaSource.<String>builder().setBootstrapServers(brokers).setTopics(topic).setGroupId("peer-" + topic)
			.setStartingOffsets(OffsetsInitializer.earliest()).setValueOnlyDeserializer(new SimpleStringSchema())
			.setProperty("partition.discovery.interval.ms", "10000").build();
		return env.fromSource(source, WatermarkStrategy.noWatermarks(), topic);
	}
}

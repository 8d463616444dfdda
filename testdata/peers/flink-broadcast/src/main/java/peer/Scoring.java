package peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.FieldValue;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;
import org.jpmml.evaluator.visitors.ModelEvaluatorVisitorBattery;

/** Keeps the newest message of each name in broadcast state, and what it names in a map of evaluators, loaded when first needed. */
final class Scoring extends BroadcastProcessFunction<String, String, String> {
	private final String folder;
	private transient ObjectMapper json;
	private transient Map<String, Evaluator> evaluators; // by uri

	Scoring(String folder) {
		this.folder = folder;
	}

	@Override
	public void open(org.apache.flink.configuration.Configuration ignored) {
		json = new ObjectMapper();
		evaluators = new HashMap<>();
	}

	@Override
	public void processBroadcastElement(String text, Context context, Collector<String> out) throws Exception {
		JsonNode message = json.readTree(text);
		String name = message.get("model").asText();
		if (message.get("op").asText().equals("DEL")) {
			context.getBroadcastState(Job.MODELS).remove(name);
		} else {
			Job.Model model = new Job.Model();
			model.version = message.get("version").asText();
			model.uri = message.get("uri").asText();
			context.getBroadcastState(Job.MODELS).put(name, model);
		}
	}

	@Override
	public void processElement(String text, ReadOnlyContext context, Collector<String> out) throws Exception {
		JsonNode event = json.readTree(text);
		String name = event.get("model").asText();
		ObjectNode result = json.createObjectNode();
		result.set("id", event.get("id"));
		Job.Model model = context.getBroadcastState(Job.MODELS).get(name);
		if (model == null) {
			result.put("reason", "unknown model " + name);
		} else {
			result.put("model", name).put("version", model.version);
			result.set("outputs", json.valueToTree(score(evaluator(model.uri), event)));
		}
		out.collect(json.writeValueAsString(result));
	}

	private static Map<String, ?> score(Evaluator evaluator, JsonNode event) {
		Map<String, FieldValue> arguments = new LinkedHashMap<>();
		for (InputField field : evaluator.getInputFields()) {
			JsonNode value = event.get(field.getName());
			Object plain = value == null || value.isNull() ? null : value.isNumber() ? value.doubleValue() : value.asText();
			arguments.put(field.getName(), field.prepare(plain));
		}
		return EvaluatorUtil.decodeAll(evaluator.evaluate(arguments));
	}

	private Evaluator evaluator(String uri) throws Exception {
		Evaluator evaluator = evaluators.get(uri);
		if (evaluator == null) {
			LoadingModelEvaluatorBuilder builder = new LoadingModelEvaluatorBuilder();
			builder.setLocatable(false);
			builder.setVisitors(new ModelEvaluatorVisitorBattery(builder.getMutable()));
			builder.load(new File(folder, uri));
			evaluator = builder.build();
			evaluator.verify();
			evaluators.put(uri, evaluator);
		}
		return evaluator;
	}
}

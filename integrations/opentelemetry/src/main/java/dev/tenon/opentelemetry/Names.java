package dev.tenon.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import java.util.List;
import java.util.Map;

/** The names of attributes: those of the GenAI conventions (1.41.0, registry), and those of our own for what has none there. */
final class Names {
    static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.41.0";

    static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
    static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
    static final AttributeKey<String> AGENT = AttributeKey.stringKey("gen_ai.agent.name");
    static final AttributeKey<String> WORKFLOW = AttributeKey.stringKey("gen_ai.workflow.name");
    static final AttributeKey<String> CONVERSATION = AttributeKey.stringKey("gen_ai.conversation.id");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");

    static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.request.model");
    static final AttributeKey<Boolean> STREAM = AttributeKey.booleanKey("gen_ai.request.stream");
    static final AttributeKey<Long> MAX_TOKENS = AttributeKey.longKey("gen_ai.request.max_tokens");
    static final AttributeKey<Double> TEMPERATURE = AttributeKey.doubleKey("gen_ai.request.temperature");
    static final AttributeKey<Double> TOP_P = AttributeKey.doubleKey("gen_ai.request.top_p");
    static final AttributeKey<Double> TOP_K = AttributeKey.doubleKey("gen_ai.request.top_k");
    static final AttributeKey<Double> FREQUENCY_PENALTY = AttributeKey.doubleKey("gen_ai.request.frequency_penalty");
    static final AttributeKey<Double> PRESENCE_PENALTY = AttributeKey.doubleKey("gen_ai.request.presence_penalty");
    static final AttributeKey<Long> SEED = AttributeKey.longKey("gen_ai.request.seed");
    static final AttributeKey<List<String>> STOP = AttributeKey.stringArrayKey("gen_ai.request.stop_sequences");
    static final AttributeKey<String> OUTPUT_TYPE = AttributeKey.stringKey("gen_ai.output.type");
    static final AttributeKey<Long> DIMENSIONS = AttributeKey.longKey("gen_ai.embeddings.dimension.count");

    static final AttributeKey<String> RESPONSE_ID = AttributeKey.stringKey("gen_ai.response.id");
    static final AttributeKey<String> RESPONSE_MODEL = AttributeKey.stringKey("gen_ai.response.model");
    static final AttributeKey<List<String>> FINISH = AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<Double> FIRST_CHUNK = AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");

    static final AttributeKey<Long> INPUT = AttributeKey.longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> OUTPUT = AttributeKey.longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<Long> CACHE_READ = AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    static final AttributeKey<Long> CACHE_WRITE = AttributeKey.longKey("gen_ai.usage.cache_creation.input_tokens");
    static final AttributeKey<Long> REASONING = AttributeKey.longKey("gen_ai.usage.reasoning.output_tokens");

    static final AttributeKey<String> TOOL = AttributeKey.stringKey("gen_ai.tool.name");
    static final AttributeKey<String> TOOL_CALL = AttributeKey.stringKey("gen_ai.tool.call.id");
    static final AttributeKey<String> TOOL_TYPE = AttributeKey.stringKey("gen_ai.tool.type");
    static final AttributeKey<Value<?>> TOOL_ARGUMENTS = AttributeKey.valueKey("gen_ai.tool.call.arguments");
    static final AttributeKey<Value<?>> TOOL_RESULT = AttributeKey.valueKey("gen_ai.tool.call.result");

    static final AttributeKey<Value<?>> INSTRUCTIONS = AttributeKey.valueKey("gen_ai.system_instructions");
    static final AttributeKey<Value<?>> INPUT_MESSAGES = AttributeKey.valueKey("gen_ai.input.messages");
    static final AttributeKey<Value<?>> OUTPUT_MESSAGES = AttributeKey.valueKey("gen_ai.output.messages");
    static final AttributeKey<Value<?>> TOOL_DEFINITIONS = AttributeKey.valueKey("gen_ai.tool.definitions");

    /** The run's id. */
    static final AttributeKey<String> RUN = AttributeKey.stringKey("tenon.run.id");
    /** How a run ended, or that it rests: {@code completed}, {@code paused}, {@code limited}, {@code cancelled}, {@code failed}. */
    static final AttributeKey<String> RUN_END = AttributeKey.stringKey("tenon.run.end");
    /** Model calls of a run. */
    static final AttributeKey<Long> RUN_STEPS = AttributeKey.longKey("tenon.run.steps");
    /** Tool calls of a run. */
    static final AttributeKey<Long> RUN_TOOL_CALLS = AttributeKey.longKey("tenon.run.tool_calls");
    /** The place of a call: the run's id, {@code /}, and the key of the call in it. All attempts of a model call have the same. */
    static final AttributeKey<String> CALL = AttributeKey.stringKey("tenon.call.id");
    /** The number of an attempt among those of its call, from 1. */
    static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("tenon.call.attempt");
    /** What a model call is for: {@code answer}, {@code repair}, {@code summary}. */
    static final AttributeKey<String> PURPOSE = AttributeKey.stringKey("tenon.call.purpose");
    /** Why it was told to end before it was done: {@code cancelled}, {@code deadline}, {@code interrupted}, {@code abandoned}. */
    static final AttributeKey<String> STOPPED = AttributeKey.stringKey("tenon.stopped");
    /** US$. */
    static final AttributeKey<Double> COST = AttributeKey.doubleKey("tenon.cost");
    /** How many calls have no known cost: the cost is at least what is said. */
    static final AttributeKey<Long> COST_UNKNOWN = AttributeKey.longKey("tenon.cost.unknown");
    /** How many calls reported no tokens. */
    static final AttributeKey<Long> UNREPORTED = AttributeKey.longKey("tenon.usage.unreported");

    /** Our names of providers that the conventions call otherwise. */
    private static final Map<String, String> PROVIDERS = Map.of(
            "bedrock", "aws.bedrock",
            "azure", "azure.ai.openai",
            "gemini", "gcp.gemini",
            "vertex-ai", "gcp.vertex_ai",
            "mistral", "mistral_ai",
            "xai", "x_ai",
            "watsonx", "ibm.watsonx.ai");

    private Names() {}

    /** A provider as the conventions name it; {@code unknown} where nobody says. */
    static String provider(String name) {
        return name.isEmpty() ? "unknown" : PROVIDERS.getOrDefault(name, name);
    }
}

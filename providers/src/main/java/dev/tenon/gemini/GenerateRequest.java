package dev.tenon.gemini;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.SchemaException;
import dev.tenon.schema.StrictProfile;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.InWords;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.ToolChoices;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request straight to where it goes. Not thread-safe; used once. */
final class GenerateRequest {
    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN =
            OwnMembers.of("contents", "systemInstruction", "model", "generateContentRequest");

    /** The fields of {@code GenerationConfig} that have no setting of Tenon's own, those of Vertex AI too (references, 2026). */
    private static final Set<String> CONFIG = Set.of(
            "candidateCount",
            "topK",
            "presencePenalty",
            "frequencyPenalty",
            "responseLogprobs",
            "logprobs",
            "enableEnhancedCivicAnswers",
            "responseModalities",
            "speechConfig",
            "thinkingConfig",
            "imageConfig",
            "mediaResolution",
            "responseMimeType",
            "responseSchema",
            "responseJsonSchema",
            "audioTimestamp",
            "routingConfig",
            "modelSelectionConfig",
            "enableAffectiveDialog");

    private static final String GENERATION_CONFIG = "generationConfig";
    private static final String THINKING_CONFIG = "thinkingConfig";
    private static final String TOOL_CONFIG = "toolConfig";
    private static final String TOOLS = "tools";

    private final Platform platform;
    private final String model;
    private final Generation generation;
    private final ChatRequest request;
    private final Omissions omissions;

    private final Map<String, Json> members = new LinkedHashMap<>();
    private final Map<String, Json> config = new LinkedHashMap<>();
    private Json.Obj toolConfig = Json.Obj.EMPTY;
    private List<Json> hostTools = List.of();

    /** @param model as a path below the address: {@code models/gemini-2.5-flash} */
    GenerateRequest(Platform platform, String model, ChatRequest request, Call call) {
        this.platform = platform;
        this.model = model;
        this.generation = Generation.of(model);
        this.request = request;
        this.omissions = new Omissions(platform.host(), call);
    }

    /** Writes it. @throws IllegalArgumentException where the request holds what this host cannot be sent */
    void write(OutputStream to) {
        settings();
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            body(out);
            out.writeEndObject();
        }
        omissions.tell();
    }

    /** Writes the request whose tokens are to be counted: the Gemini API wants it whole inside of another. */
    void writeToCount(OutputStream to) {
        settings();
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            if (platform.isVertex()) {
                body(out);
            } else {
                out.writeObjectPropertyStart("generateContentRequest");
                out.writeStringProperty("model", model);
                body(out);
                out.writeEndObject();
            }
            out.writeEndObject();
        }
        omissions.tell();
    }

    private void body(JsonGenerator out) {
        instructions(out);
        contents(out);
        tools(out);
        format();
        write(GENERATION_CONFIG, config, out);
        members.forEach((name, value) -> {
            out.writeName(name);
            JacksonJson.write(value, out);
        });
    }

    private static void write(String name, Map<String, Json> object, JsonGenerator out) {
        if (object.isEmpty()) return;
        out.writeName(name);
        JacksonJson.write(Json.Obj.of(object), out);
    }

    // Messages

    private void instructions(JsonGenerator out) {
        List<Message> messages = request.messages();
        boolean any = false;
        boolean conversation = false;
        for (Message message : messages) {
            if (!(message instanceof SystemMessage system)) {
                conversation = true;
                continue;
            }
            if (conversation) {
                omissions.host("the place of a system message", "takes instructions only before the conversation");
            }
            if (!any) {
                any = true;
                out.writeObjectPropertyStart("systemInstruction");
                out.writeArrayPropertyStart("parts");
            }
            for (Content.Text text : system.content()) {
                ContentWriter.text(text.text(), out);
            }
        }
        if (isInWords()) {
            if (!any) {
                any = true;
                out.writeObjectPropertyStart("systemInstruction");
                out.writeArrayPropertyStart("parts");
            }
            ContentWriter.text(InWords.of(request.format()), out);
        }
        if (any) {
            out.writeEndArray();
            out.writeEndObject();
        }
        if (!conversation) {
            throw new IllegalArgumentException(platform.host()
                    + " needs a message besides instructions: the request has "
                    + (messages.isEmpty() ? "none at all" : "only system messages"));
        }
    }

    private void contents(JsonGenerator out) {
        out.writeArrayPropertyStart("contents");
        ContentWriter writer = new ContentWriter(platform, generation, omissions, out);
        List<Message> messages = request.messages();
        int lastUser = -1;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof UserMessage) lastUser = i;
        }
        for (int i = 0; i < messages.size(); i++) {
            writer.write(messages.get(i), i, i > lastUser);
        }
        out.writeEndArray();
    }

    // Settings

    private void settings() {
        Json.Obj more = Json.Obj.EMPTY;
        @Nullable Json effort = null;
        for (Map.Entry<String, Json> setting : request.settings().extra().entrySet()) {
            String name = setting.getKey();
            Json value = setting.getValue();
            switch (name) {
                case ModelSettings.TEMPERATURE -> config.put("temperature", value);
                case ModelSettings.TOP_P -> config.put("topP", value);
                case ModelSettings.MAX_OUTPUT_TOKENS -> config.put("maxOutputTokens", int32(name, value));
                case ModelSettings.STOP -> config.put("stopSequences", value);
                case ModelSettings.SEED -> config.put("seed", int32(name, value));
                case ModelSettings.EFFORT -> effort = value;
                case ModelSettings.PARALLEL_TOOL_CALLS -> omissions.host(name, "has no such setting");
                case GENERATION_CONFIG -> more = object(name, value);
                case TOOL_CONFIG -> toolConfig = object(name, value);
                case TOOLS -> hostTools = list(name, value);
                default -> {
                    OWN.check(name);
                    (CONFIG.contains(name) ? config : members).put(name, value);
                }
            }
        }
        more.forEach(config::put);
        if (effort != null) effort(effort);
    }

    private static Json.Obj object(String name, Json value) {
        if (value instanceof Json.Obj object) return object;
        throw new IllegalArgumentException("the setting \"" + name + "\" must be an object, got " + value.kind());
    }

    private static List<Json> list(String name, Json value) {
        if (value instanceof Json.Arr list && list.size() > 0) return list.items();
        throw new IllegalArgumentException("the setting \"" + name + "\" must be a list of the host's own tools");
    }

    private Json int32(String name, Json value) {
        boolean fits = value instanceof Json.Num number
                && number.whole()
                && number.doubleValue() >= Integer.MIN_VALUE
                && number.doubleValue() <= Integer.MAX_VALUE;
        if (fits) return value;
        throw new IllegalArgumentException("the setting \"" + name + "\" must be a whole number of 32 bits for "
                + platform.host() + ", got " + value);
    }

    private void effort(Json value) {
        switch (generation) {
            case WITHOUT_THINKING -> omissions.host(ModelSettings.EFFORT, "has no such setting for " + model);
            case BUDGET -> thinking("thinkingBudget", Json.of(budget(value)));
            case LEVEL, OTHER -> thinking("thinkingLevel", value);
        }
    }

    /** What Google's own OpenAI-compatible endpoint makes of the words (ai.google.dev, "OpenAI compatibility", 2026). */
    private static int budget(Json effort) {
        String word = effort instanceof Json.Str text ? text.value() : effort.toString();
        return switch (word) {
            case "none" -> 0;
            case "minimal", "low" -> 1_024;
            case "medium" -> 8_192;
            case "high" -> 24_576;
            default ->
                throw new IllegalArgumentException("the setting \"effort\" must be none, minimal, low, medium or high"
                        + " for Gemini 2.5, got \"" + word + "\"; a number of tokens goes in thinkingConfig");
        };
    }

    private void thinking(String name, Json value) {
        Json.Obj before = config.get(THINKING_CONFIG) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        config.put(THINKING_CONFIG, before.with(name, value));
    }

    private void format() {
        if (request.format().isText()) return;
        for (String name : new String[] {"responseMimeType", "responseSchema", "responseJsonSchema"}) {
            if (config.containsKey(name)) {
                throw new IllegalArgumentException(
                        "the request has a format and the setting \"" + name + "\" too: leave one of them out");
            }
        }
        if (isInWords()) {
            omissions.add("the response format", model + " enforces none in a request with tools" + InWords.TOLD);
            return;
        }
        config.put("responseMimeType", Json.of("application/json"));
        JsonSchema schema = request.format().schema();
        if (!isAny(schema)) config.put("responseJsonSchema", schema(schema, "the response format"));
    }

    /**
     * Models before Gemini 3 refuse a request that has both: "Function calling with a response mime type: 'application/json' is unsupported", and for the
     * host's own tools likewise (github.com/googleapis/python-genai, issue 867, 2026).
     */
    private boolean isInWords() {
        boolean tools = !request.tools().isEmpty() || !hostTools.isEmpty();
        boolean either = generation == Generation.BUDGET || generation == Generation.WITHOUT_THINKING;
        return either && tools && !request.format().isText();
    }

    // Tools

    private void tools(JsonGenerator out) {
        boolean any = !request.tools().isEmpty() || !hostTools.isEmpty();
        ToolChoices.check(request, any);
        if (any) {
            out.writeArrayPropertyStart(TOOLS);
            if (!request.tools().isEmpty()) {
                out.writeStartObject();
                out.writeArrayPropertyStart("functionDeclarations");
                request.tools().forEach(tool -> tool(tool, out));
                out.writeEndArray();
                out.writeEndObject();
            }
            hostTools.forEach(tool -> JacksonJson.write(tool, out));
            out.writeEndArray();
        }
        write(TOOL_CONFIG, toolConfig(any).members(), out);
    }

    private void tool(ToolSpec tool, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("name", tool.name());
        out.writeStringProperty("description", tool.told());
        out.writeName("parametersJsonSchema");
        Json schema = isAny(tool.parameters())
                ? Json.object("type", "object")
                : schema(tool.parameters(), "the parameters of the tool \"" + tool.name() + "\"");
        JacksonJson.write(schema, out);
        out.writeEndObject();
    }

    private Json.Obj toolConfig(boolean any) {
        ToolChoice choice = request.toolChoice();
        if (!any || choice.mode() == ToolChoice.Mode.AUTO) return toolConfig;
        if (toolConfig.has("functionCallingConfig")) {
            throw new IllegalArgumentException("the request has a tool choice and the setting \"toolConfig\" has"
                    + " functionCallingConfig too: leave one of them out");
        }
        Json.ObjBuilder calling = Json.object();
        switch (choice.mode()) {
            case AUTO -> {}
            case NONE -> calling.put("mode", "NONE");
            case REQUIRED -> calling.put("mode", "ANY");
            case NAMED -> calling.put("mode", "ANY").put("allowedFunctionNames", List.of(choice.name()));
        }
        return toolConfig.with("functionCallingConfig", calling.build());
    }

    private static boolean isAny(JsonSchema schema) {
        return schema.json().equals(JsonSchema.ANY.json()) || schema.json().equals(Json.Obj.EMPTY);
    }

    /** In the words that Gemini knows; one that cannot be said in them goes as it is, and Gemini says what it makes of it. */
    private Json schema(JsonSchema schema, String what) {
        Json json = schema.json();
        boolean object = json instanceof Json.Obj root
                && Json.of("object").equals(root.get("type").orElse(null))
                && root.has("properties");
        if (!object) return json;
        try {
            return StrictProfile.GEMINI.apply(schema).schema().json();
        } catch (SchemaException e) {
            omissions.add("what is not enforced of " + what, String.valueOf(e.getMessage()));
            return json;
        }
    }
}

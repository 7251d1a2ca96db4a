package dev.tenon.bedrock;

import dev.tenon.http.HttpBody;
import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ToolChoice;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.InWords;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.StrictForms;
import dev.tenon.wire.ToolChoices;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request straight to where it goes. Not thread-safe. */
final class ConverseBody implements HttpBody {
    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("messages", "system", "toolConfig", "modelId");

    /** Members of a request besides: bedrock-runtime-2023-09-30, {@code ConverseRequest}, and what came later. */
    private static final Set<String> MEMBERS = Set.of(
            "guardrailConfig",
            "promptVariables",
            "additionalModelResponseFieldPaths",
            "requestMetadata",
            "performanceConfig",
            "serviceTier",
            "outputConfig");

    private static final String ADDITIONAL = "additionalModelRequestFields";

    private static final String CONFIG = "inferenceConfig";

    private final ModelInfo info;
    private final StrictForms strict;
    private final ChatRequest request;
    /** What is said of a format that is not enforced; empty for nothing. */
    private String inWords = "";

    private final Omissions omissions;

    private final Map<String, Json> members = new LinkedHashMap<>();
    private final Map<String, Json> config = new LinkedHashMap<>();
    private final Map<String, Json> additional = new LinkedHashMap<>();

    ConverseBody(ModelInfo info, StrictForms strict, ChatRequest request, Call call) {
        this.info = info;
        this.strict = strict;
        this.request = request;
        this.omissions = new Omissions(Bedrock.HOST, call);
    }

    @Override
    public void writeTo(OutputStream to) {
        settings();
        format();
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeArrayPropertyStart("messages");
            new Turns(omissions, out).write(request.messages());
            out.writeEndArray();
            system(out);
            tools(out);
            object(CONFIG, config, out);
            object(ADDITIONAL, additional, out);
            members.forEach((name, value) -> {
                out.writeName(name);
                JacksonJson.write(value, out);
            });
            out.writeEndObject();
        }
        omissions.tell();
    }

    private static void object(String name, Map<String, Json> members, JsonGenerator out) {
        if (members.isEmpty()) return;
        out.writeName(name);
        JacksonJson.write(Json.Obj.of(members), out);
    }

    private void settings() {
        request.settings().extra().forEach((name, value) -> {
            switch (name) {
                case ModelSettings.MAX_OUTPUT_TOKENS -> config.put("maxTokens", value);
                case ModelSettings.TEMPERATURE -> config.put("temperature", value);
                case ModelSettings.TOP_P -> config.put("topP", value);
                case ModelSettings.STOP ->
                    config.put("stopSequences", value instanceof Json.Str text ? Json.array(text) : value);
                case ModelSettings.SEED, ModelSettings.PARALLEL_TOOL_CALLS ->
                    omissions.host(name, "has no such setting");
                case ModelSettings.EFFORT ->
                    omissions.host(
                            name, "has no such setting for all models: give that of the model's maker by its name");
                case CONFIG -> config.putAll(fields(name, value));
                case ADDITIONAL -> additional.putAll(fields(name, value));
                default -> {
                    OWN.check(name);
                    (MEMBERS.contains(name) ? members : additional).put(name, value);
                }
            }
        });
    }

    private static Map<String, Json> fields(String name, Json value) {
        if (value instanceof Json.Obj object) return object.members();
        throw new IllegalArgumentException("the setting \"" + name + "\" must be an object, got " + value.kind());
    }

    private void format() {
        if (request.format().isText()) return;
        if (members.containsKey("outputConfig")) {
            throw new IllegalArgumentException(
                    "the request has a format and the setting \"outputConfig\" too: leave one of them out");
        }
        Optional<Json> form = info.can(ModelInfo.Ability.JSON_SCHEMA)
                ? strict.of(request.format().schema())
                : Optional.empty();
        if (form.isEmpty()) {
            omissions.host("the schema of the response format", "cannot enforce it as it is" + InWords.TOLD);
            inWords = InWords.of(request.format());
            return;
        }
        Json schema = Json.object()
                .put("schema", form.get().toString())
                .put("name", request.format().name())
                .build();
        members.put(
                "outputConfig",
                Json.object(
                        "textFormat",
                        Json.object()
                                .put("type", "json_schema")
                                .put("structure", Json.object("jsonSchema", schema))
                                .build()));
    }

    private void system(JsonGenerator out) {
        boolean begun = false;
        boolean any = false;
        for (Message message : request.messages()) {
            if (!(message instanceof SystemMessage system)) {
                begun = true;
                continue;
            }
            if (begun) {
                omissions.host(
                        "the place of instructions within the conversation",
                        "takes instructions only at its beginning");
            }
            for (Content.Text text : system.content()) {
                if (text.text().isEmpty()) continue;
                if (!any) out.writeArrayPropertyStart("system");
                any = true;
                Turns.text(text.text(), out);
            }
        }
        if (!inWords.isEmpty()) {
            if (!any) out.writeArrayPropertyStart("system");
            any = true;
            Turns.text(inWords, out);
        }
        if (any) out.writeEndArray();
    }

    private void tools(JsonGenerator out) {
        ToolChoices.check(request, false);
        ToolChoice choice = request.toolChoice();
        Set<String> called = new LinkedHashSet<>();
        for (Message message : request.messages()) {
            if (message instanceof AssistantMessage said) {
                said.toolCalls().forEach(call -> called.add(call.name()));
            }
        }
        boolean none = choice.mode() == ToolChoice.Mode.NONE;
        if (none && !called.isEmpty()) {
            omissions.host("the tool choice", "cannot be told that no tool may be called where some have been");
        }
        List<ToolSpec> offered = none && called.isEmpty() ? List.of() : request.tools();
        offered.forEach(tool -> called.remove(tool.name()));
        if (offered.isEmpty() && called.isEmpty()) return;
        out.writeObjectPropertyStart("toolConfig");
        out.writeArrayPropertyStart("tools");
        offered.forEach(tool -> tool(tool.name(), tool.told(), tool.parameters().json(), out));
        // Bedrock refuses calls in history where it is told of no tool at all.
        if (offered.isEmpty()) called.forEach(name -> tool(name, "Not there any more", Json.Obj.EMPTY, out));
        out.writeEndArray();
        switch (choice.mode()) {
            case AUTO, NONE -> {}
            case REQUIRED -> {
                out.writeObjectPropertyStart("toolChoice");
                out.writeObjectPropertyStart("any");
                out.writeEndObject();
                out.writeEndObject();
            }
            case NAMED -> {
                out.writeObjectPropertyStart("toolChoice");
                out.writeObjectPropertyStart("tool");
                out.writeStringProperty("name", choice.name());
                out.writeEndObject();
                out.writeEndObject();
            }
        }
        out.writeEndObject();
    }

    private static void tool(String name, String description, Json schema, JsonGenerator out) {
        out.writeStartObject();
        out.writeObjectPropertyStart("toolSpec");
        out.writeStringProperty("name", name);
        if (!description.isEmpty()) out.writeStringProperty("description", description);
        out.writeObjectPropertyStart("inputSchema");
        out.writeName("json");
        Json.Obj given = schema instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        JacksonJson.write(
                given.has("type")
                        ? given
                        : Json.object().put("type", "object").putAll(given).build(),
                out);
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndObject();
    }
}

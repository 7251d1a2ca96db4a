package dev.tenon.openai;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.openai.Dialect.Feature;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.InWords;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.StrictForms;
import dev.tenon.wire.ToolChoices;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request, as its dialect wants it, straight to where it goes. Not thread-safe. */
final class RequestWriter {
    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("model", "messages", "stream");

    private final Dialect dialect;
    private final String model;
    private final ChatRequest request;
    private final Call call;
    private final Omissions omissions;
    private final StrictForms strict;

    RequestWriter(Dialect dialect, StrictForms strict, String model, ChatRequest request, Call call) {
        this.dialect = dialect;
        this.strict = strict;
        this.model = model;
        this.request = request;
        this.call = call;
        this.omissions = new Omissions(dialect.name(), call);
    }

    /** Writes it. @throws IllegalArgumentException where the request holds what this host cannot be sent */
    void write(OutputStream to) {
        Map<String, Json> members = settings();
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", model);
            messages(out);
            tools(out, members);
            format(out, members);
            if (call.watched()) {
                out.writeBooleanProperty("stream", true);
                if (dialect.has(Feature.STREAM_USAGE) && !members.containsKey("stream_options")) {
                    out.writeObjectPropertyStart("stream_options");
                    out.writeBooleanProperty("include_usage", true);
                    out.writeEndObject();
                }
            }
            members.forEach((name, value) -> {
                out.writeName(name);
                JacksonJson.write(value, out);
            });
            out.writeEndObject();
        }
        omissions.tell();
    }

    private void messages(JsonGenerator out) {
        out.writeArrayPropertyStart("messages");
        MessageWriter writer = new MessageWriter(dialect, omissions, out);
        List<Message> messages = request.messages();
        int lastUser = -1;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof dev.tenon.message.UserMessage) lastUser = i;
        }
        boolean enforced = request.format().isText() || dialect.has(Feature.JSON_SCHEMA);
        int words = enforced ? -1 : InWords.place(messages);
        for (int i = 0; i <= messages.size(); i++) {
            if (i == words) writer.write(Message.system(InWords.of(request.format())), i, false, false);
            if (i == messages.size()) break;
            writer.write(messages.get(i), i, i > lastUser, i == messages.size() - 1);
        }
        out.writeEndArray();
    }

    /** The settings under the host's names, and what the dialect adds. */
    private Map<String, Json> settings() {
        Map<String, Json> members = new LinkedHashMap<>(dialect.body());
        request.settings().extra().forEach((name, value) -> {
            switch (name) {
                case ModelSettings.MAX_OUTPUT_TOKENS -> members.put(dialect.maxTokens(), value);
                case ModelSettings.SEED -> put(members, name, dialect.seed(), value, dialect.has(Feature.SEED));
                case ModelSettings.EFFORT -> effort(members, value);
                case ModelSettings.PARALLEL_TOOL_CALLS -> {
                    boolean tools = !request.tools().isEmpty();
                    put(members, name, name, value, tools && dialect.has(Feature.PARALLEL_TOOL_CALLS));
                }
                default -> {
                    OWN.check(name);
                    members.put(name, value);
                }
            }
        });
        return members;
    }

    private void put(Map<String, Json> members, String setting, String name, Json value, boolean taken) {
        if (taken) {
            members.put(name, value);
        } else {
            omissions.host(setting, "takes no such setting here");
        }
    }

    private void effort(Map<String, Json> members, Json value) {
        String name = dialect.effort();
        int dot = name.indexOf('.');
        if (name.isEmpty()) {
            omissions.host(ModelSettings.EFFORT, "has no such setting");
        } else if (dot < 0) {
            members.put(name, value);
        } else {
            String outer = name.substring(0, dot);
            Json.Obj before = members.get(outer) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
            members.put(outer, before.with(name.substring(dot + 1), value));
        }
    }

    private void tools(JsonGenerator out, Map<String, Json> members) {
        Json more = members.remove("tools");
        List<Json> raw = more instanceof Json.Arr list ? list.items() : List.of();
        if (more != null && raw.isEmpty())
            throw new IllegalArgumentException("the setting \"tools\" must be a list of the host's own tools");
        // Where a host cannot be told to call none, it is offered none.
        boolean hidden = request.toolChoice().mode() == ToolChoice.Mode.NONE && !dialect.has(Feature.TOOL_CHOICE);
        boolean any = !request.tools().isEmpty() || !raw.isEmpty();
        ToolChoices.check(request, any);
        if (any && !hidden) {
            out.writeArrayPropertyStart("tools");
            request.tools().forEach(tool -> tool(tool, out));
            raw.forEach(tool -> JacksonJson.write(tool, out));
            out.writeEndArray();
            choice(request.toolChoice(), out);
        }
    }

    private void tool(ToolSpec tool, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("type", "function");
        out.writeObjectPropertyStart("function");
        out.writeStringProperty("name", tool.name());
        if (!tool.told().isEmpty()) out.writeStringProperty("description", tool.told());
        schema("parameters", tool.parameters(), out);
        out.writeEndObject();
        out.writeEndObject();
    }

    private void schema(String name, JsonSchema schema, JsonGenerator out) {
        Optional<Json> form = dialect.has(Feature.STRICT) ? strict.of(schema) : Optional.empty();
        out.writeName(name);
        JacksonJson.write(form.orElse(schema.json()), out);
        if (form.isPresent()) out.writeBooleanProperty("strict", true);
    }

    private void choice(ToolChoice choice, JsonGenerator out) {
        switch (choice.mode()) {
            case AUTO -> {}
            case NONE -> out.writeStringProperty("tool_choice", "none");
            case REQUIRED -> required(out);
            case NAMED -> named(choice.name(), out);
        }
    }

    private void required(JsonGenerator out) {
        if (dialect.has(Feature.TOOL_CHOICE)) {
            out.writeStringProperty("tool_choice", dialect.requiredChoice());
        } else {
            omissions.host("the tool choice", "cannot be told that a call is required");
        }
    }

    private void named(String name, JsonGenerator out) {
        if (dialect.has(Feature.NAMED_TOOL_CHOICE)) {
            out.writeObjectPropertyStart("tool_choice");
            out.writeStringProperty("type", "function");
            out.writeObjectPropertyStart("function");
            out.writeStringProperty("name", name);
            out.writeEndObject();
            out.writeEndObject();
        } else if (request.tools().size() == 1) {
            required(out);
        } else {
            throw new IllegalArgumentException(dialect.name() + " cannot be told which tool to call: give it \"" + name
                    + "\" alone, or ToolChoice.REQUIRED");
        }
    }

    private void format(JsonGenerator out, Map<String, Json> members) {
        if (request.format().isText()) return;
        if (request.settings().extra().containsKey("response_format")) {
            throw new IllegalArgumentException(
                    "the request has a format and the setting \"response_format\" too: leave one of them out");
        }
        members.remove("response_format");
        if (dialect.has(Feature.JSON_SCHEMA)) {
            out.writeObjectPropertyStart("response_format");
            out.writeStringProperty("type", "json_schema");
            out.writeObjectPropertyStart("json_schema");
            out.writeStringProperty("name", request.format().name());
            schema("schema", request.format().schema(), out);
            out.writeEndObject();
            out.writeEndObject();
        } else if (dialect.has(Feature.JSON_OBJECT)) {
            out.writeObjectPropertyStart("response_format");
            out.writeStringProperty("type", "json_object");
            out.writeEndObject();
            omissions.host("the schema of the response format", "enforces JSON, but no schema" + InWords.TOLD);
        } else {
            omissions.host("the response format", "enforces none" + InWords.TOLD);
        }
    }
}

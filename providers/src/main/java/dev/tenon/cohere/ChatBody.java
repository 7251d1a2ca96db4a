package dev.tenon.cohere;

import dev.tenon.http.HttpBody;
import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ToolChoice;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.InWords;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.ToolChoices;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request straight to where it goes. Not thread-safe. */
final class ChatBody implements HttpBody {
    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("model", "messages", "tools", "tool_choice", "stream");

    private static final String DOCUMENTS = "documents";

    private static final String FORMAT = "response_format";

    private final ModelInfo info;
    private final ChatRequest request;
    private final Call call;
    private final Omissions omissions;

    ChatBody(ModelInfo info, ChatRequest request, Call call) {
        this.info = info;
        this.request = request;
        this.call = call;
        this.omissions = new Omissions(Cohere.HOST, call);
    }

    @Override
    public void writeTo(OutputStream to) {
        Map<String, Json> members = settings();
        List<Json> documents = new ArrayList<>();
        if (members.remove(DOCUMENTS) instanceof Json.Arr own) documents.addAll(own.items());
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", info.model());
            out.writeArrayPropertyStart("messages");
            MessageWriter writer =
                    new MessageWriter(omissions, out, request.tools().isEmpty() ? documents : null);
            List<Message> messages = request.messages();
            int words = format(!documents.isEmpty() || writer.makesDocuments(messages), members)
                    ? -1
                    : InWords.place(messages);
            for (int i = 0; i <= messages.size(); i++) {
                if (i == words) writer.write(Message.system(InWords.of(request.format())), i);
                if (i < messages.size()) writer.write(messages.get(i), i);
            }
            out.writeEndArray();
            if (!documents.isEmpty()) {
                out.writeName(DOCUMENTS);
                JacksonJson.write(Json.Arr.of(documents), out);
            }
            tools(out);
            out.writeBooleanProperty("stream", call.watched());
            members.forEach((name, value) -> {
                out.writeName(name);
                JacksonJson.write(value, out);
            });
            out.writeEndObject();
        }
        omissions.tell();
    }

    private Map<String, Json> settings() {
        Map<String, Json> members = new LinkedHashMap<>();
        request.settings().extra().forEach((name, value) -> {
            switch (name) {
                case ModelSettings.MAX_OUTPUT_TOKENS -> members.put("max_tokens", value);
                case ModelSettings.TOP_P -> members.put("p", value);
                case ModelSettings.STOP ->
                    members.put("stop_sequences", value instanceof Json.Str text ? Json.array(text) : value);
                case ModelSettings.EFFORT -> {
                    if (value.equals(Json.of("none"))) {
                        members.put("thinking", Json.object("type", "disabled"));
                    } else {
                        omissions.host(name, "has no such setting but none; thinking has a token_budget");
                    }
                }
                case ModelSettings.PARALLEL_TOOL_CALLS -> omissions.host(name, "has no such setting");
                default -> {
                    OWN.check(name);
                    if (name.equals(DOCUMENTS) && !(value instanceof Json.Arr)) {
                        throw new IllegalArgumentException(
                                "the setting \"documents\" must be a list, got " + value.kind());
                    }
                    members.put(name, value);
                }
            }
        });
        return members;
    }

    private void tools(JsonGenerator out) {
        ToolChoices.check(request, false);
        if (request.tools().isEmpty()) return;
        ToolChoice choice = request.toolChoice();
        out.writeArrayPropertyStart("tools");
        for (ToolSpec tool : request.tools()) {
            // A call of one tool by its name cannot be required; a call can, where there is no other tool.
            if (choice.mode() == ToolChoice.Mode.NAMED && !tool.name().equals(choice.name())) continue;
            out.writeStartObject();
            out.writeStringProperty("type", "function");
            out.writeObjectPropertyStart("function");
            out.writeStringProperty("name", tool.name());
            if (!tool.told().isEmpty()) out.writeStringProperty("description", tool.told());
            out.writeName("parameters");
            JacksonJson.write(parameters(tool.parameters().json()), out);
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
        switch (choice.mode()) {
            case AUTO -> {}
            case NONE -> out.writeStringProperty("tool_choice", "NONE");
            case REQUIRED, NAMED -> out.writeStringProperty("tool_choice", "REQUIRED");
        }
    }

    private static Json parameters(Json schema) {
        Json.Obj given = schema instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        Json.ObjBuilder whole = Json.object();
        if (!given.has("type")) whole.put("type", "object");
        if (!given.has("properties")) whole.put("properties", Json.Obj.EMPTY);
        return whole.putAll(given).build();
    }

    /** Cohere enforces a schema only of an object with a member that must be there, and neither with tools nor with documents. Says whether there is nothing left to say in words. */
    private boolean format(boolean documents, Map<String, Json> members) {
        if (request.format().isText()) return true;
        if (members.containsKey(FORMAT)) {
            throw new IllegalArgumentException(
                    "the request has a format and the setting \"response_format\" too: leave one of them out");
        }
        if (!request.tools().isEmpty() || documents) {
            omissions.host("the response format", "enforces none together with tools or documents" + InWords.TOLD);
            return false;
        }
        Json.ObjBuilder format = Json.object().put("type", "json_object");
        Json schema = request.format().schema().json();
        boolean takes = schema instanceof Json.Obj object
                && Json.of("object").equals(object.get("type").orElse(Json.NULL))
                && object.get("required").orElse(Json.NULL) instanceof Json.Arr required
                && required.size() > 0;
        if (takes) {
            format.put("json_schema", schema);
        } else {
            omissions.host(
                    "the schema of the response format",
                    "enforces only that of an object with a required member" + InWords.TOLD);
        }
        members.put(FORMAT, format.build());
        return takes;
    }
}

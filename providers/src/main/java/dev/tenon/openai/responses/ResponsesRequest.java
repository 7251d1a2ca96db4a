package dev.tenon.openai.responses;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.Dialect.Feature;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request straight to where it goes. Not thread-safe. */
final class ResponsesRequest {
    private static final String REASONING = "reasoning.encrypted_content";
    private static final String PREVIOUS = "previous_response_id";
    /** The member of a tool's extra ones for what only this wire has. */
    private static final String OWN_MEMBERS = "openai";

    private final Dialect dialect;
    private final StrictForms strict;
    private final ModelInfo info;
    private final ChatRequest request;
    private final Call call;
    private final Back back;
    private final Omissions omissions;
    private final Map<String, Json> members;
    private final List<Message> messages;
    /** How many messages the host keeps itself. */
    private final int kept;

    ResponsesRequest(
            Dialect dialect,
            StrictForms strict,
            Back back,
            ModelInfo info,
            ChatRequest request,
            boolean remembering,
            Call call) {
        this.dialect = dialect;
        this.strict = strict;
        this.info = info;
        this.request = request;
        this.call = call;
        this.back = back;
        this.omissions = new Omissions(dialect.name(), call);
        this.messages = request.messages();
        this.members = settings(remembering);
        this.kept = kept(remembering);
    }

    /** Whether the host is asked to keep the reply. */
    boolean stores() {
        return Json.Bool.TRUE.equals(members.get("store"));
    }

    /** Writes it. @throws IllegalArgumentException where the request holds what this host cannot be sent */
    void write(OutputStream to) {
        Map<String, Json> left = new LinkedHashMap<>(members);
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", info.model());
            int first = instructions(out, left);
            InputWriter input = new InputWriter(dialect, back, omissions, out);
            out.writeArrayPropertyStart("input");
            if (isInWords() && !keeps()) input.write(Message.system(InWords.of(request.format())), 0);
            for (int i = 0; i < messages.size(); i++) {
                if (i < kept) {
                    input.skip(messages.get(i));
                } else if (i >= first) {
                    input.write(messages.get(i), i);
                }
            }
            out.writeEndArray();
            tools(out, left);
            format(out, left);
            if (call.watched()) out.writeBooleanProperty("stream", true);
            left.forEach((name, value) -> {
                out.writeName(name);
                JacksonJson.write(value, out);
            });
            out.writeEndObject();
        }
        omissions.tell();
    }

    /**
     * Where the host keeps the conversation, the system messages before all others: as instructions they count for one request, as messages they could not be
     * changed later. Returns how many there are.
     */
    private int instructions(JsonGenerator out, Map<String, Json> left) {
        if (!keeps()) return 0;
        StringJoiner texts = new StringJoiner("\n\n");
        int count = 0;
        while (count < messages.size() && messages.get(count) instanceof SystemMessage system) {
            system.content().forEach(text -> texts.add(text.text()));
            count++;
        }
        if (count > 0 && members.containsKey("instructions")) throw twice("system message", "instructions");
        if (isInWords()) {
            if (left.remove("instructions") instanceof Json.Str given) texts.add(given.value());
            texts.add(InWords.of(request.format()));
        }
        if (texts.length() > 0) out.writeStringProperty("instructions", texts.toString());
        return count;
    }

    /** Whether the host keeps the conversation. */
    private boolean keeps() {
        return stores() || members.containsKey(PREVIOUS) || members.containsKey("conversation");
    }

    /** Whether the model is told in words what its answer should look like. */
    private boolean isInWords() {
        return !request.format().isText() && !dialect.has(Feature.JSON_SCHEMA);
    }

    private static IllegalArgumentException twice(String what, String setting) {
        return new IllegalArgumentException(
                "the request has a " + what + " and the setting \"" + setting + "\" too: leave one of them out");
    }

    /** How many messages the host has, by the last reply that it keeps or the one that the settings name. */
    private int kept(boolean remembering) {
        if (members.get(PREVIOUS) instanceof Json.Str named) return after(Back.RESPONSE, named.value());
        Json conversation = members.getOrDefault("conversation", Json.NULL);
        String id = conversation instanceof Json.Str text
                ? text.value()
                : conversation instanceof Json.Obj object ? object.string("id").orElse("") : "";
        if (!id.isEmpty()) return after(Back.CONVERSATION, id);
        if (!remembering || !stores()) return 0;
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (!(messages.get(i) instanceof AssistantMessage said)) continue;
            String last = back.text(said.origin(), Back.RESPONSE);
            if (last.isEmpty()) continue;
            members.put(PREVIOUS, Json.of(last));
            return i + 1;
        }
        return 0;
    }

    /** The messages up to the last reply that has this; none where no reply has. */
    private int after(String name, String value) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i) instanceof AssistantMessage said
                    && back.text(said.origin(), name).equals(value)) return i + 1;
        }
        return 0;
    }

    /** The settings under the wire's names. */
    private Map<String, Json> settings(boolean remembering) {
        Map<String, Json> all = new LinkedHashMap<>(dialect.body());
        request.settings().extra().forEach((name, value) -> {
            switch (name) {
                case "model", "input", "stream" -> throw OwnMembers.refused(name);
                case "background" -> {
                    if (!Json.Bool.FALSE.equals(value))
                        throw new IllegalArgumentException(
                                "the setting \"background\" is for replies that are fetched later; a call waits for"
                                        + " its reply: leave it out");
                }
                case ModelSettings.STOP, ModelSettings.SEED ->
                    omissions.add(name, "this wire format has no such setting");
                case ModelSettings.EFFORT -> {} // Goes into an object, below.
                case ModelSettings.PARALLEL_TOOL_CALLS -> {
                    boolean tools = !request.tools().isEmpty()
                            || request.settings().extra().containsKey("tools");
                    if (tools && dialect.has(Feature.PARALLEL_TOOL_CALLS)) {
                        all.put(name, value);
                    } else {
                        omissions.host(name, "takes no such setting here");
                    }
                }
                case "stream_options" -> {
                    if (call.watched()) {
                        all.put(name, value);
                    } else {
                        omissions.add(name, "nobody watches, so nothing is streamed");
                    }
                }
                default -> all.put(name, value);
            }
        });
        Json effort = request.settings().extra().get(ModelSettings.EFFORT);
        if (effort != null) all.put("reasoning", object(all, "reasoning").with("effort", effort));
        all.putIfAbsent("store", Json.of(remembering));
        if (info.can(Ability.THINKING) && !Json.Bool.TRUE.equals(all.get("store"))) include(all);
        return all;
    }

    private static Json.Obj object(Map<String, Json> all, String name) {
        Json given = all.getOrDefault(name, Json.Obj.EMPTY);
        if (given instanceof Json.Obj object) return object;
        throw new IllegalArgumentException("the setting \"" + name + "\" must be an object, got " + given.kind());
    }

    /** What the host does not keep must come along, or the model thinks the same again after each tool. */
    private static void include(Map<String, Json> all) {
        Json given = all.getOrDefault("include", Json.Arr.EMPTY);
        if (!(given instanceof Json.Arr listed))
            throw new IllegalArgumentException("the setting \"include\" must be a list, got " + given.kind());
        if (listed.items().contains(Json.of(REASONING))) return;
        List<Json> more = new ArrayList<>(listed.items());
        more.add(Json.of(REASONING));
        all.put("include", Json.Arr.of(more));
    }

    private void tools(JsonGenerator out, Map<String, Json> left) {
        Json more = left.remove("tools");
        if (more != null && !(more instanceof Json.Arr list && list.size() > 0))
            throw new IllegalArgumentException("the setting \"tools\" must be a list of the host's own tools");
        List<Json> raw = more instanceof Json.Arr list ? list.items() : List.of();
        ToolChoices.check(request, !raw.isEmpty());
        if (request.tools().isEmpty() && raw.isEmpty()) return;
        out.writeArrayPropertyStart("tools");
        request.tools().forEach(tool -> tool(tool, out));
        raw.forEach(tool -> JacksonJson.write(tool, out));
        out.writeEndArray();
        if (request.toolChoice().mode() != ToolChoice.Mode.AUTO && left.containsKey("tool_choice"))
            throw twice("tool choice", "tool_choice");
        choice(request.toolChoice(), out);
    }

    private static Json.Obj ownMembers(ToolSpec tool) {
        Json own = tool.extra().getOrDefault(OWN_MEMBERS, Json.Obj.EMPTY);
        if (own instanceof Json.Obj object) return object;
        throw new IllegalArgumentException("the member \"" + OWN_MEMBERS + "\" of the tool \"" + tool.name()
                + "\" must be an object, got " + own.kind());
    }

    private static boolean isCustom(Json.Obj ownMembers) {
        return ownMembers.string("type").orElse("").equals("custom");
    }

    /** What the spec says for this wire takes the place of what its other members say. */
    private void tool(ToolSpec tool, JsonGenerator out) {
        Json.Obj own = ownMembers(tool);
        out.writeStartObject();
        out.writeStringProperty("type", isCustom(own) ? "custom" : "function");
        if (!own.has("name")) out.writeStringProperty("name", tool.name());
        if (!own.has("description") && !tool.told().isEmpty()) out.writeStringProperty("description", tool.told());
        if (!isCustom(own)) parameters(tool, own, out);
        own.without("type").forEach((name, value) -> {
            out.writeName(name);
            JacksonJson.write(value, out);
        });
        out.writeEndObject();
    }

    private void parameters(ToolSpec tool, Json.Obj own, JsonGenerator out) {
        if (own.has("parameters")) return;
        if (!own.has("strict")) {
            schema("parameters", tool.parameters(), out);
            return;
        }
        boolean strictly = own.get("strict").equals(Optional.of(Json.Bool.TRUE));
        Optional<Json> form = strictly ? strict.of(tool.parameters()) : Optional.empty();
        out.writeName("parameters");
        JacksonJson.write(form.orElse(tool.parameters().json()), out);
    }

    /** Without its word for it a host takes a schema for strict, and rewrites it (guide "Function calling", 2026). */
    private void schema(String name, JsonSchema schema, JsonGenerator out) {
        Optional<Json> form = dialect.has(Feature.STRICT) ? strict.of(schema) : Optional.empty();
        out.writeName(name);
        JacksonJson.write(form.orElse(schema.json()), out);
        out.writeBooleanProperty("strict", form.isPresent());
    }

    private void choice(ToolChoice choice, JsonGenerator out) {
        switch (choice.mode()) {
            case AUTO -> {}
            case NONE -> out.writeStringProperty("tool_choice", "none");
            case REQUIRED -> out.writeStringProperty("tool_choice", "required");
            case NAMED -> {
                boolean custom = request.tools().stream()
                        .anyMatch(tool -> tool.name().equals(choice.name()) && isCustom(ownMembers(tool)));
                out.writeObjectPropertyStart("tool_choice");
                out.writeStringProperty("type", custom ? "custom" : "function");
                out.writeStringProperty("name", choice.name());
                out.writeEndObject();
            }
        }
    }

    /** What is said of the answer's text: its format, and the setting {@code text} for the rest. */
    private void format(JsonGenerator out, Map<String, Json> left) {
        if (request.format().isText()) return;
        Json.Obj text = object(left, "text");
        if (text.has("format")) throw twice("format", "text.format");
        left.remove("text");
        boolean schema = dialect.has(Feature.JSON_SCHEMA);
        if (!schema && !dialect.has(Feature.JSON_OBJECT)) {
            omissions.host("the response format", "enforces none" + InWords.TOLD);
            if (!text.isEmpty()) left.put("text", text);
            return;
        }
        out.writeObjectPropertyStart("text");
        out.writeObjectPropertyStart("format");
        out.writeStringProperty("type", schema ? "json_schema" : "json_object");
        if (schema) {
            out.writeStringProperty("name", request.format().name());
            schema("schema", request.format().schema(), out);
        } else {
            omissions.host("the schema of the response format", "enforces JSON, but no schema" + InWords.TOLD);
        }
        out.writeEndObject();
        text.forEach((name, value) -> {
            out.writeName(name);
            JacksonJson.write(value, out);
        });
        out.writeEndObject();
    }
}

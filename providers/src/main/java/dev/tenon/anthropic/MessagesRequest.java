package dev.tenon.anthropic;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.UserMessage;
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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request straight to where it goes. Not thread-safe. */
final class MessagesRequest {
    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("model", "messages", "system", "stream", "tool_choice");

    /** What counts besides messages, instructions and tools (API reference, "Count tokens in a Message", 2026). */
    private static final Set<String> COUNTED =
            Set.of("thinking", "output_config", "cache_control", "context_management", "mcp_servers");

    /** The thinking that an answer may need besides its tokens: the API counts both against {@code max_tokens}. */
    private static final String BUDGET = "budget_tokens";

    /** Tools that are enforced in one request at most (docs.claude.com, "Structured outputs", 2026). */
    private static final int MOST_STRICT = 20;

    private static final String OUTPUT_CONFIG = "output_config";

    private static final String VERSION = "anthropic_version";

    /** The one version there is (docs.aws.amazon.com/bedrock, "Anthropic Claude Messages API", 2026). */
    private static final String BEDROCK_VERSION = "bedrock-2023-05-31";

    private final ModelInfo info;
    private final MessagesModel.Manner manner;
    private final StrictForms strict;
    private final ChatRequest request;
    private final Omissions omissions;

    /** What is said of a format that is not enforced; empty for nothing. */
    private String inWords = "";

    MessagesRequest(
            ModelInfo info, MessagesModel.Manner manner, StrictForms strict, ChatRequest request, Omissions omissions) {
        this.info = info;
        this.manner = manner;
        this.strict = strict;
        this.request = request;
        this.omissions = omissions;
    }

    /** Writes a request for an answer. @throws IllegalArgumentException where it holds what this host cannot be sent */
    void write(boolean streamed, OutputStream to) {
        Map<String, Json> members = settings();
        members.putIfAbsent("max_tokens", Json.of(mostTokens(members, streamed)));
        if (streamed) members.put("stream", Json.Bool.TRUE);
        container(members);
        write(members, to);
    }

    /** Writes a request for an answer as Amazon Bedrock takes it: the model and whether to stream are in the address, versions in the body. */
    void invoke(boolean streamed, Collection<String> betas, OutputStream to) {
        Map<String, Json> members = settings();
        members.putIfAbsent("max_tokens", Json.of(mostTokens(members, streamed)));
        members.put(VERSION, Json.of(BEDROCK_VERSION));
        if (!betas.isEmpty()) members.put("anthropic_beta", Json.array(betas.toArray()));
        container(members);
        write(members, to);
    }

    /** Writes a request to count its tokens. */
    void count(OutputStream to) {
        Map<String, Json> members = settings();
        Json tools = members.get("tools");
        members.keySet().retainAll(COUNTED);
        if (tools != null) members.put("tools", tools);
        write(members, to);
    }

    private void write(Map<String, Json> members, OutputStream to) {
        Json more = members.remove("tools");
        List<Json> raw = more instanceof Json.Arr list ? list.items() : List.of();
        if (more != null && raw.isEmpty())
            throw new IllegalArgumentException("the setting \"tools\" must be a list of the host's own tools");
        ToolChoices.check(request, !raw.isEmpty());
        format(members);
        Breakpoints breakpoints = Breakpoints.of(request, manner.caching(), byHand(raw, members));
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            BlockWriter blocks = new BlockWriter(out, omissions);
            out.writeStartObject();
            if (!members.containsKey(VERSION)) out.writeStringProperty("model", info.model());
            if (!request.tools().isEmpty() || !raw.isEmpty()) {
                tools(raw, breakpoints, out);
                choice(out);
            } else if (request.settings().parallelToolCalls().isPresent()) {
                omissions.host(ModelSettings.PARALLEL_TOOL_CALLS, "takes no such setting without tools");
            }
            system(breakpoints, blocks, out);
            out.writeArrayPropertyStart("messages");
            new Turns(blocks, breakpoints, omissions, out).write(request.messages());
            out.writeEndArray();
            members.forEach((name, value) -> {
                out.writeName(name);
                JacksonJson.write(value, out);
            });
            out.writeEndObject();
        }
        omissions.tell();
    }

    private static int byHand(List<Json> raw, Map<String, Json> members) {
        int count = members.containsKey(Breakpoints.CONTROL) ? 1 : 0;
        for (Json tool : raw) {
            boolean has = tool instanceof Json.Obj object
                    && !object.get(Breakpoints.CONTROL).orElse(Json.NULL).isNull();
            if (has) count++;
        }
        return count;
    }

    /** The settings under the host's names. */
    private Map<String, Json> settings() {
        Map<String, Json> members = new LinkedHashMap<>();
        request.settings().extra().forEach((name, value) -> {
            switch (name) {
                case ModelSettings.MAX_OUTPUT_TOKENS -> members.put("max_tokens", value);
                case ModelSettings.STOP ->
                    members.put("stop_sequences", value instanceof Json.Str text ? Json.array(text) : value);
                case ModelSettings.SEED -> omissions.host(name, "has no such setting");
                case ModelSettings.EFFORT -> configure(members, "effort", value);
                case ModelSettings.PARALLEL_TOOL_CALLS -> {} // Part of the choice of tools.
                case Anthropic.BETAS -> {} // In the header.
                case ModelSettings.TEMPERATURE -> {
                    if (value instanceof Json.Num number && !(number.doubleValue() >= 0 && number.doubleValue() <= 1)) {
                        throw new IllegalArgumentException("anthropic takes a temperature of 0 to 1, got " + number);
                    }
                    members.put(name, value);
                }
                case OUTPUT_CONFIG -> {
                    Json.Obj own = members.get(name) instanceof Json.Obj known ? known : Json.Obj.EMPTY;
                    members.put(name, value instanceof Json.Obj more ? merged(more, own) : value);
                }
                default -> {
                    OWN.check(name);
                    members.put(name, value);
                }
            }
        });
        return members;
    }

    private static Json.Obj merged(Json.Obj some, Json.Obj more) {
        return Json.object().putAll(some).putAll(more).build();
    }

    private static void configure(Map<String, Json> members, String name, Json value) {
        Json.Obj before = members.get(OUTPUT_CONFIG) instanceof Json.Obj known ? known : Json.Obj.EMPTY;
        members.put(OUTPUT_CONFIG, before.with(name, value));
    }

    /**
     * The API wants a bound on the reply. Thinking counts against it, so that a budget for thinking comes on top of a bound that is not the model's own. A long
     * reply that is not streamed leaves a connection silent for longer than the hosts keep one.
     */
    private long mostTokens(Map<String, Json> members, boolean streamed) {
        Json budget = members.get("thinking") instanceof Json.Obj thinking
                ? thinking.get(BUDGET).orElse(Json.NULL)
                : Json.NULL;
        long thinking = budget instanceof Json.Num number && number.whole() ? Math.max(0, number.longValue()) : 0;
        if (info.maxOutput() == 0) return Anthropic.MAX_TOKENS + thinking;
        return streamed ? info.maxOutput() : Math.min(info.maxOutput(), Anthropic.MAX_UNSTREAMED + thinking);
    }

    /** A turn that goes on in a container of the host's must name it (docs.claude.com, "Programmatic tool calling", 2026). */
    private void container(Map<String, Json> members) {
        if (members.containsKey(MessagesReply.CONTAINER)) return;
        List<Message> messages = request.messages();
        for (int i = messages.size() - 1; i >= 0 && !(messages.get(i) instanceof UserMessage); i--) {
            if (messages.get(i) instanceof AssistantMessage before
                    && before.origin().from(Anthropic.WIRE)) {
                Optional<Json> id = before.origin().data().at("/" + MessagesReply.CONTAINER + "/id");
                if (id.isPresent()) {
                    members.put(MessagesReply.CONTAINER, id.get());
                    return;
                }
            }
        }
    }

    private void system(Breakpoints breakpoints, BlockWriter blocks, JsonGenerator out) {
        int last = -1;
        boolean begun = false;
        boolean moved = false;
        List<Message> messages = request.messages();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof SystemMessage system) {
                moved |= begun;
                if (!system.text().isEmpty()) last = i;
            } else {
                begun = true;
            }
        }
        if (moved) {
            omissions.host(
                    "the place of instructions within the conversation", "takes instructions only at its beginning");
        }
        if (last < 0 && inWords.isEmpty()) return;
        out.writeArrayPropertyStart("system");
        for (int i = 0; i <= last; i++) {
            if (!(messages.get(i) instanceof SystemMessage system)) continue;
            List<Content.Text> texts = system.content().stream()
                    .filter(text -> !text.text().isEmpty())
                    .toList();
            for (int part = 0; part < texts.size(); part++) {
                boolean end = i == last && part == texts.size() - 1;
                blocks.text(texts.get(part), end ? breakpoints.system() : null);
            }
        }
        // After the breakpoint: the same instructions may go with another format.
        if (!inWords.isEmpty()) blocks.text(Content.text(inWords), null);
        out.writeEndArray();
    }

    private void tools(List<Json> raw, Breakpoints breakpoints, JsonGenerator out) {
        out.writeArrayPropertyStart("tools");
        int enforced = 0;
        List<ToolSpec> tools = request.tools();
        for (int i = 0; i < tools.size(); i++) {
            ToolSpec tool = tools.get(i);
            Optional<Json> form =
                    manner.strictTools() && enforced < MOST_STRICT ? strict.of(tool.parameters()) : Optional.empty();
            if (form.isPresent()) enforced++;
            out.writeStartObject();
            out.writeStringProperty("name", tool.name());
            if (!tool.told().isEmpty()) out.writeStringProperty("description", tool.told());
            out.writeName("input_schema");
            JacksonJson.write(form.orElseGet(() -> parameters(tool)), out);
            if (form.isPresent()) out.writeBooleanProperty("strict", true);
            Json.Obj control = i == tools.size() - 1 ? breakpoints.tools() : null;
            if (control != null) {
                out.writeName(Breakpoints.CONTROL);
                JacksonJson.write(control, out);
            }
            out.writeEndObject();
        }
        raw.forEach(tool -> JacksonJson.write(tool, out));
        out.writeEndArray();
    }

    /** The API wants an object to be said to be one. */
    private static Json parameters(ToolSpec tool) {
        Json type = Json.of("object");
        return switch (tool.parameters().json()) {
            case Json.Obj schema
            when !schema.has("type") ->
                Json.object().put("type", type).putAll(schema).build();
            case Json.Obj schema -> schema;
            case Json other -> Json.object("type", type);
        };
    }

    private void choice(JsonGenerator out) {
        ToolChoice choice = request.toolChoice();
        Optional<Boolean> parallel = request.settings().parallelToolCalls();
        boolean none = choice.mode() == ToolChoice.Mode.NONE;
        if (none && parallel.isPresent()) {
            omissions.host(ModelSettings.PARALLEL_TOOL_CALLS, "takes no such setting where no tool may be called");
        }
        if (choice.mode() == ToolChoice.Mode.AUTO && parallel.isEmpty()) return;
        out.writeObjectPropertyStart("tool_choice");
        out.writeStringProperty(
                "type",
                switch (choice.mode()) {
                    case AUTO -> "auto";
                    case NONE -> "none";
                    case REQUIRED -> "any";
                    case NAMED -> "tool";
                });
        if (choice.mode() == ToolChoice.Mode.NAMED) out.writeStringProperty("name", choice.name());
        if (!none && parallel.isPresent()) out.writeBooleanProperty("disable_parallel_tool_use", !parallel.get());
        out.writeEndObject();
    }

    private void format(Map<String, Json> members) {
        if (request.format().isText()) return;
        boolean own = members.get(OUTPUT_CONFIG) instanceof Json.Obj config && config.has("format");
        if (own || members.containsKey("output_format")) {
            throw new IllegalArgumentException("the request has a format and the setting \""
                    + (own ? "output_config.format" : "output_format") + "\" too: leave one of them out");
        }
        if (!info.can(ModelInfo.Ability.JSON_SCHEMA)) {
            omissions.add("the schema of the response format", info.model() + " enforces none" + InWords.TOLD);
            inWords = InWords.of(request.format());
            return;
        }
        Optional<Json> form = strict.of(request.format().schema());
        if (form.isEmpty()) {
            omissions.host("the schema of the response format", "cannot enforce it as it is" + InWords.TOLD);
            inWords = InWords.of(request.format());
            return;
        }
        configure(
                members,
                "format",
                Json.object()
                        .put("type", "json_schema")
                        .put("schema", form.get())
                        .build());
    }
}

package dev.tenon.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Notice;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every event that the specification has for a stream is read, or is told to a watcher as it is. */
class StreamEventsTest {
    private static final String MESSAGE = "{\"type\":\"message\",\"id\":\"i\",\"role\":\"assistant\",\"content\":[]}";

    /** Of these a watcher is told as they are: how far the host's own tools have come, and sound, which this API does not give. */
    private static final Set<String> TOLD = Set.of(
            "response.audio.delta",
            "response.audio.done",
            "response.audio.transcript.delta",
            "response.audio.transcript.done",
            "response.code_interpreter_call_code.delta",
            "response.code_interpreter_call_code.done",
            "response.code_interpreter_call.completed",
            "response.code_interpreter_call.in_progress",
            "response.code_interpreter_call.interpreting",
            "response.file_search_call.completed",
            "response.file_search_call.in_progress",
            "response.file_search_call.searching",
            "response.image_generation_call.completed",
            "response.image_generation_call.generating",
            "response.image_generation_call.in_progress",
            "response.image_generation_call.partial_image",
            "response.mcp_call_arguments.delta",
            "response.mcp_call_arguments.done",
            "response.mcp_call.completed",
            "response.mcp_call.failed",
            "response.mcp_call.in_progress",
            "response.mcp_list_tools.completed",
            "response.mcp_list_tools.failed",
            "response.mcp_list_tools.in_progress",
            "response.shell_call_command.added",
            "response.shell_call_command.delta",
            "response.shell_call_command.done",
            "response.shell_call_output_content.delta",
            "response.shell_call_output_content.done",
            "response.web_search_call.completed",
            "response.web_search_call.in_progress",
            "response.web_search_call.searching");

    private final List<Delta> deltas = new ArrayList<>();
    private final List<Notice> notices = new ArrayList<>();

    /** The events of the specification by their type, each with the members it must have. */
    private static Map<String, Json.Obj> specified() throws IOException {
        Json document = Json.parse(Files.readAllBytes(Fixtures.spec("openai/openapi.json")));
        Json schemas = document.at("/components/schemas").orElseThrow();
        TreeMap<String, Json.Obj> events = new TreeMap<>();
        for (Json one : schemas.at("/ResponseStreamEvent/anyOf").orElseThrow().asArr()) {
            String ref = one.asObj().string("$ref").orElseThrow();
            Json schema =
                    schemas.at("/" + ref.substring(ref.lastIndexOf('/') + 1)).orElseThrow();
            Json type = schema.at("/properties/type").orElseThrow();
            String name =
                    type.at("/enum/0").or(() -> type.at("/const")).orElseThrow().asString();
            Json.Obj event = Json.Obj.EMPTY;
            for (Json member : schema.at("/required").orElseThrow().asArr()) {
                event = event.with(member.asString(), value(member.asString(), name, schema));
            }
            events.put(name, event);
        }
        return events;
    }

    private static Json value(String member, String type, Json schema) {
        return switch (member) {
            case "type" -> Json.of(type);
            case "item" -> Json.parse(MESSAGE);
            case "response" ->
                Json.object("id", "r").with("status", status(type)).with("output", Json.Arr.EMPTY);
            case "item_id", "response_id" -> Json.of("i");
            case "logprobs" -> Json.Arr.EMPTY;
            case "part" -> Json.object("type", "output_text").with("text", "");
            case "annotation" ->
                Json.object("type", "url_citation")
                        .with("url", "https://example.org")
                        .with("title", "t");
            default ->
                schema.at("/properties/" + member + "/type")
                                .filter(Json.of("integer")::equals)
                                .isPresent()
                        ? Json.of(0)
                        : Json.of("x");
        };
    }

    private static String status(String type) {
        return switch (type) {
            case "response.completed" -> "completed";
            case "response.failed" -> "failed";
            case "response.incomplete" -> "incomplete";
            default -> "in_progress";
        };
    }

    private static String event(Json event) {
        return "event: " + event.asObj().string("type").orElseThrow() + "\ndata: " + event + "\n\n";
    }

    /** What comes of a stream in which this event stands between the beginning of an item and the end of the reply. */
    private ChatResponse asked(Json event, boolean watched) {
        String first = "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":" + MESSAGE + "}";
        String end = "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\",\"output\":["
                + MESSAGE + "]}}";
        String body = event(Json.parse(first)) + event(event) + event(Json.parse(end));
        Answer answer = Answer.chunked(200, "text/event-stream", List.of(body.getBytes(StandardCharsets.UTF_8)));
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            OpenAi host = OpenAi.connect(Dialect.OPENAI)
                    .baseUrl(server.url("/v1").toString())
                    .build();
            Call call = watched ? Call.watched(new Cancellation(), deltas::add, notices::add) : Call.unwatched();
            return OpenAiResponses.on(host).model("m").chat(ChatRequest.of("Hi"), call);
        }
    }

    @Test
    void everyEventOfTheSpecificationIsReadOrTold() throws IOException {
        Map<String, Json.Obj> events = specified();
        assertThat(events).hasSizeGreaterThan(50);
        Set<String> told = new TreeSet<>();
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        for (var entry : events.entrySet()) {
            EventKind kind = EventKind.of(entry.getKey());
            kinds.add(kind);
            assertThat(kind).as(entry.getKey()).isNotEqualTo(EventKind.NOTHING);
            if (kind == EventKind.PROGRESS) told.add(entry.getKey());
            for (boolean watched : new boolean[] {true, false}) {
                deltas.clear();
                notices.clear();
                read(entry.getKey(), kind, entry.getValue(), watched);
            }
        }
        assertThat(told).isEqualTo(new TreeSet<>(TOLD));
        Set<EventKind> all = EnumSet.allOf(EventKind.class);
        all.remove(EventKind.NOTHING);
        assertThat(kinds).isEqualTo(all);
    }

    private void read(String type, EventKind kind, Json.Obj event, boolean watched) {
        if (kind == EventKind.ERROR || type.equals("response.failed")) {
            ProviderException e = catchThrowableOfType(ProviderException.class, () -> asked(event, watched));
            assertThat(e).as(type).isNotNull();
            return;
        }
        ChatResponse reply = asked(event, watched);
        assertThat(reply.id()).as(type).isEqualTo("r");
        if (!watched) return;
        List<Delta> shown = switch (kind) {
            case TEXT -> List.of(new Delta.Text("x"));
            case SUMMARY, THINKING -> List.of(new Delta.Thinking("x"));
            case ARGUMENTS -> List.of(new Delta.ToolCallStarted(0, "i", ""), new Delta.ToolCallArguments(0, "x"));
            case REFUSAL, ANNOTATION, ITEM_BEGINS, ITEM_WHOLE, REPEATED, REPLY, END, ERROR, PROGRESS, NOTHING ->
                List.of();
        };
        assertThat(deltas).as(type).isEqualTo(shown);
        if (kind == EventKind.PROGRESS) {
            assertThat(notices).as(type).singleElement().isInstanceOfSatisfying(Notice.Custom.class, notice -> {
                assertThat(notice.name()).isEqualTo(type);
                assertThat(notice.payload().asObj().members())
                        .containsAllEntriesOf(event.without("type").members());
            });
        } else {
            assertThat(notices).as(type).isEmpty();
        }
    }

    @Test
    void anEventNewerThanThisIsTold() {
        Json.Obj event =
                Json.object("type", "response.dream.delta").with("delta", "zzz").with("depth", 3);
        assertThat(asked(event, true).id()).isEqualTo("r");
        assertThat(notices)
                .containsExactly(new Notice.Custom(
                        "response.dream.delta", Json.object("depth", 3).with("delta", "zzz")));
    }

    @Test
    void afterAnErrorNothingMoreIsWaitedFor() {
        String body = event(
                Json.parse("{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Sorry\",\"param\":null}"));
        Answer answer = Answer.chunked(200, "text/event-stream", List.of(body.getBytes(StandardCharsets.UTF_8)))
                .ending(LoopbackServer.Ending.SILENCE);
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            OpenAi host = OpenAi.connect(Dialect.OPENAI)
                    .baseUrl(server.url("/v1").toString())
                    .build();
            ProviderException e = catchThrowableOfType(
                    ProviderException.class,
                    () -> OpenAiResponses.on(host)
                            .model("m")
                            .chat(ChatRequest.of("Hi"), Call.watched(new Cancellation(), deltas::add, notices::add)));
            assertThat(e.kind()).isEqualTo(ProviderException.Kind.SERVER);
            assertThat(e).hasMessage("openai reported an error: Sorry");
        }
    }
}

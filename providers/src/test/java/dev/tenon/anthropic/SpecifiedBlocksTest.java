package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every block, event and reason to end that the specification has, betas included, is read, or kept as it is. */
class SpecifiedBlocksTest {
    /** What has a part of its own. Every other block is an opaque part. */
    private static final Set<String> READ = Set.of("text", "thinking", "redacted_thinking", "tool_use");

    private static final Json.Obj SCHEMAS = schemas();

    private static Json.Obj schemas() {
        try {
            return Json.parse(Files.readAllBytes(Fixtures.spec("anthropic/openapi.json")))
                    .at("/components/schemas")
                    .orElseThrow()
                    .asObj();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Json.Obj schema(String ref) {
        return SCHEMAS.get(ref.substring(ref.lastIndexOf('/') + 1))
                .orElseThrow()
                .asObj();
    }

    /** The members of a choice by their type, of the plain API and of the betas; where both have one, the beta's. */
    private static Map<String, Json.Obj> kinds(String name, String pointer) {
        Map<String, Json.Obj> kinds = new TreeMap<>();
        for (String prefix : List.of("", "Beta")) {
            Json choice = SCHEMAS.get(prefix + name).orElseThrow().at(pointer).orElseThrow();
            choice.asObj()
                    .get("discriminator")
                    .orElseThrow()
                    .at("/mapping")
                    .orElseThrow()
                    .asObj()
                    .forEach((type, ref) ->
                            kinds.put(type, value(schema(ref.asString())).asObj()));
        }
        return kinds;
    }

    /** A value of a schema: of an object what it must have, of a choice the first that is something. */
    private static Json value(Json.Obj schema) {
        if (schema.has("$ref")) return value(schema(schema.string("$ref").orElseThrow()));
        if (schema.has("const")) return schema.get("const").orElseThrow();
        if (schema.has("enum")) return schema.at("/enum/0").orElseThrow();
        for (String choice : List.of("anyOf", "oneOf")) {
            if (!schema.has(choice)) continue;
            for (Json one : schema.get(choice).orElseThrow().asArr()) {
                if (!Json.of("null").equals(one.asObj().get("type").orElse(Json.NULL))) return value(one.asObj());
            }
        }
        return switch (schema.string("type").orElse("object")) {
            case "string" -> Json.of("x");
            case "integer", "number" -> Json.of(7);
            case "boolean" -> Json.of(true);
            case "array" -> Json.array(value(schema.get("items").orElseThrow().asObj()));
            default -> {
                Json.Obj object = Json.Obj.EMPTY;
                for (Json name : schema.get("required").orElse(Json.Arr.EMPTY).asArr()) {
                    Json member = schema.at("/properties/" + name.asString()).orElseThrow();
                    object = object.with(name.asString(), value(member.asObj()));
                }
                yield object;
            }
        };
    }

    private static Json.Obj message(Json... content) {
        return Json.parse(Asked.OK).asObj().with("content", Json.Arr.of(List.of(content)));
    }

    private static String start() {
        return Json.object("type", "message_start").with("message", message()).toString();
    }

    private static String of(String type, String name, Json member) {
        return Json.object("type", type).with("index", 0).with(name, member).toString();
    }

    private static final String STOP = "{\"type\":\"content_block_stop\",\"index\":0}";
    private static final String ENDS =
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}";
    private static final String END = "{\"type\":\"message_stop\"}";

    @Test
    void everyBlockIsReadOrKeptWholeAndStreamedAndGoesBackAsItCame() {
        Map<String, Json.Obj> blocks = kinds("ContentBlock", "");
        assertThat(blocks.keySet()).containsAll(READ).hasSizeGreaterThan(14);
        List<String> wrong = new ArrayList<>();
        blocks.forEach((type, block) -> {
            try (Asked host = new Asked()) {
                ChatResponse whole =
                        host.answering(Asked.json(message(block).toString())).ask(ChatRequest.of("Hi"));
                ChatResponse streamed = host.answering(Asked.events(
                                start(), of("content_block_start", "content_block", block), STOP, ENDS, END))
                        .ask(ChatRequest.of("Hi"));
                assertThat(streamed.message()).as(type).isEqualTo(whole.message());
                Content.OfAssistant part = whole.message().content().get(0);
                assertThat(part).as(type).isInstanceOf(part(type));
                host.answering(Asked.json(Asked.OK));
                Json sent = host.messages(history(whole.message()))
                        .at("/1/content/0")
                        .orElseThrow();
                if (!sent.equals(asSent(block))) wrong.add(type + ": came " + block + ", went back " + sent);
                assertThat(host.omitted()).as(type).isEmpty();
            }
        });
        assertThat(wrong).isEmpty();
    }

    private static Class<? extends Content> part(String type) {
        return switch (type) {
            case "text" -> Content.Text.class;
            case "thinking", "redacted_thinking" -> Content.Thinking.class;
            case "tool_use" -> Content.ToolCall.class;
            default -> Content.Opaque.class;
        };
    }

    private static Message[] history(AssistantMessage said) {
        List<Message> messages = new ArrayList<>(List.of(Message.user("Hi"), said));
        said.toolCalls()
                .forEach(call -> messages.add(ToolMessage.of(List.of(Content.ToolResult.of(call.id(), "x", "done")))));
        return messages.toArray(Message[]::new);
    }

    /** A request has no citations that are none, and takes no {@code file_id} in them. */
    private static Json asSent(Json.Obj block) {
        return switch (block.get("citations").orElse(Json.NULL)) {
            case Json.Arr cited ->
                block.with(
                        "citations",
                        Json.Arr.of(cited.items().stream()
                                .map(one -> (Json) one.asObj().without("file_id"))
                                .toList()));
            default -> block.without("citations");
        };
    }

    @Test
    void everyDeltaIsReadOrGrowsTheBlockThatItBelongsTo() {
        Map<String, Json.Obj> deltas = kinds("ContentBlockDeltaEvent", "/properties/delta");
        assertThat(deltas).hasSizeGreaterThan(5);
        Set<String> known = new TreeSet<>();
        deltas.forEach((type, delta) -> {
            switch (type) {
                case "text_delta" -> {
                    assertThat(streamed("text", delta)).isEqualTo(whole("text", "text", "x"));
                    assertThat(shown).containsExactly(new Delta.Text("x"));
                }
                case "thinking_delta" -> {
                    assertThat(streamed("thinking", delta)).isEqualTo(whole("thinking", "thinking", "x"));
                    assertThat(shown).containsExactly(new Delta.Thinking("x"));
                }
                case "signature_delta" ->
                    assertThat(streamed("thinking", delta)).isEqualTo(whole("thinking", "signature", "x"));
                case "citations_delta" ->
                    assertThat(streamed("text", delta))
                            .isInstanceOfSatisfying(
                                    Content.Text.class,
                                    text -> assertThat(text.citations())
                                            .singleElement()
                                            .satisfies(cited -> assertThat(cited.data())
                                                    .isEqualTo(delta.get("citation")
                                                            .orElseThrow())));
                case "input_json_delta" -> {
                    assertThat(streamed("tool_use", delta.with("partial_json", "{\"a\":1}")))
                            .isInstanceOfSatisfying(
                                    Content.ToolCall.class,
                                    call -> assertThat(call.arguments()).isEqualTo("{\"a\":1}"));
                    assertThat(shown).contains(new Delta.ToolCallArguments(0, "{\"a\":1}"));
                }
                default ->
                    assertThat(streamed(type.replace("_delta", ""), delta))
                            .as(type)
                            .isInstanceOfSatisfying(
                                    Content.Opaque.class,
                                    opaque -> assertThat(opaque.data().asObj().without("type"))
                                            .isEqualTo(delta.without("type")));
            }
            known.add(type);
        });
        assertThat(known).isEqualTo(deltas.keySet());
    }

    private final List<Delta> shown = new ArrayList<>();

    /** The part that a block without anything becomes with this delta. */
    private Content streamed(String type, Json.Obj delta) {
        try (Asked host = new Asked()) {
            Content part = host.answering(Asked.events(
                            start(),
                            of("content_block_start", "content_block", Json.object("type", type)),
                            of("content_block_delta", "delta", delta),
                            STOP,
                            ENDS,
                            END))
                    .ask(ChatRequest.of("Hi"))
                    .message()
                    .content()
                    .get(0);
            shown.clear();
            shown.addAll(host.deltas);
            return part;
        }
    }

    private static Content whole(String type, String member, String value) {
        try (Asked host = new Asked()) {
            return host.answering(Asked.json(message(Json.object("type", type).with(member, value))
                            .toString()))
                    .ask(ChatRequest.of("Hi"))
                    .message()
                    .content()
                    .get(0);
        }
    }

    @Test
    void everyPlaceThatACitationMayHaveIsKeptAndGoesBack() {
        Map<String, Json.Obj> citations = kinds("CitationsDelta", "/properties/citation");
        assertThat(citations).hasSizeGreaterThan(4);
        citations.forEach((type, citation) -> {
            Json.Obj text = Json.object("type", "text").with("text", "x").with("citations", Json.array(citation));
            try (Asked host = new Asked()) {
                ChatResponse reply =
                        host.answering(Asked.json(message(text).toString())).ask(ChatRequest.of("Hi"));
                assertThat(((Content.Text) reply.message().content().get(0))
                                .citations()
                                .get(0)
                                .quote())
                        .as(type)
                        .isEqualTo(citation.string("cited_text").orElseThrow());
                host.answering(Asked.json(Asked.OK));
                assertThat(host.messages(history(reply.message()))
                                .at("/1/content/0")
                                .orElseThrow())
                        .as(type)
                        .isEqualTo(asSent(text));
            }
        });
    }

    /** What stands in a stream besides blocks: each event that the specification has, once, in the order in which a host sends them. */
    @Test
    void everyEventIsRead() {
        Map<String, Json.Obj> events = kinds("MessageStreamEvent", "");
        List<String> order = List.of(
                "message_start",
                "ping",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
                "message_stop");
        assertThat(events.keySet()).isEqualTo(new TreeSet<>(order));
        String[] body = order.stream()
                .map(type -> event(type, events.get(type)).toString())
                .toArray(String[]::new);
        try (Asked host = new Asked()) {
            ChatResponse reply = host.answering(Asked.events(body)).ask(ChatRequest.of("Hi"));
            assertThat(reply.id()).isEqualTo("x");
            assertThat(reply.text()).isEqualTo("Hello");
            assertThat(reply.finish()).isEqualTo(new FinishReason(FinishReason.Kind.STOP, "end_turn"));
            assertThat(reply.extra()).containsKeys("stop_details", "stop_sequence", "container", "context_management");
            assertThat(reply.usage().reported())
                    .containsEntry("input_tokens", 7L)
                    .containsEntry("output_tokens", 7L);
            assertThat(host.deltas).containsExactly(new Delta.Text("Hello"));
            assertThat(host.notices).isEmpty();
        }
    }

    private static Json.Obj event(String type, Json.Obj event) {
        return switch (type) {
            case "message_start" ->
                event.with("message", event.get("message").orElseThrow().asObj().with("content", Json.Arr.EMPTY));
            case "content_block_start" ->
                event.with("index", 0)
                        .with("content_block", Json.object("type", "text").with("text", ""));
            case "content_block_delta" ->
                event.with("index", 0)
                        .with("delta", Json.object("type", "text_delta").with("text", "Hello"));
            case "content_block_stop" -> event.with("index", 0);
            default -> event;
        };
    }

    @Test
    void everyReasonToEndIsKnown() {
        Set<String> reasons = new TreeSet<>();
        for (String name : List.of("StopReason", "BetaStopReason")) {
            schema(name).get("enum").orElseThrow().asArr().forEach(reason -> reasons.add(reason.asString()));
        }
        assertThat(reasons).hasSizeGreaterThan(7);
        try (Asked host = new Asked()) {
            for (String reason : reasons) {
                ChatResponse reply = host.answering(
                                Asked.json(message(Json.object("type", "text").with("text", "x"))
                                        .with("stop_reason", reason)
                                        .toString()))
                        .ask(host.connect().pauses(0), ChatRequest.of("Hi"));
                assertThat(reply.finish().kind()).as(reason).isNotEqualTo(FinishReason.Kind.UNKNOWN);
                assertThat(reply.finish().raw()).isEqualTo(reason);
            }
        }
    }
}

package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes the answer to one request of Responses (API reference, "The response object" and "Streaming events"): an item of the output a part of the reply. */
final class OpenAiResponsesReply {
    private final ModelRequest asked;
    private final Reply reply;
    private final long number;
    private final Json.Obj body;
    private final long created = Instant.now().getEpochSecond();
    private final AtomicInteger sequence = new AtomicInteger();

    OpenAiResponsesReply(ModelRequest asked, Reply reply, long number) {
        this.asked = asked;
        this.reply = reply;
        this.number = number;
        this.body = asked.wire().orElseThrow().body().asObj();
    }

    Json whole() {
        List<Json> output = new ArrayList<>();
        for (int index = 0; index < reply.parts().size(); index++) {
            output.add(item(index, "completed"));
        }
        return response(status(), output);
    }

    List<byte[]> events() {
        Packets packets = new Packets();
        packets.around(event("response.created", Json.object("response", response("in_progress", List.of()))));
        packets.around(event("response.in_progress", Json.object("response", response("in_progress", List.of()))));
        List<Json> output = new ArrayList<>();
        for (int index = 0; index < reply.parts().size(); index++) {
            boolean breaks = reply.fault().isPresent() && index == reply.parts().size() - 1;
            item(index, breaks, packets);
            output.add(item(index, "completed"));
        }
        if (reply.fault().isEmpty()) {
            packets.around(event("response." + status(), Json.object("response", response(status(), output))));
        }
        return packets.list();
    }

    /** The events of an item; of one in which the reply breaks, only those of its beginning and its pieces. */
    private void item(int index, boolean breaks, Packets packets) {
        Reply.Part part = reply.parts().get(index);
        packets.around(event(
                "response.output_item.added",
                at(index).put("item", begun(index)).build()));
        part(index, "added", packets);
        for (String piece : part.pieces()) {
            piece(index, piece, packets);
        }
        if (breaks) {
            return;
        }
        part(index, "done", packets);
        packets.around(event(
                "response.output_item.done",
                at(index).put("item", item(index, "completed")).build()));
    }

    private Json.ObjBuilder at(int index) {
        return Json.object().put("output_index", index);
    }

    private Json.ObjBuilder in(int index) {
        return at(index).put("item_id", id(index)).put("content_index", 0);
    }

    private Json.ObjBuilder inSummary(int index) {
        return at(index).put("item_id", id(index)).put("summary_index", 0);
    }

    /** What is said around the pieces, at their beginning and at their end. */
    private void part(int index, String when, Packets packets) {
        boolean done = when.equals("done");
        switch (reply.parts().get(index).content()) {
            case Content.Text text -> {
                String said = done ? text.text() : "";
                if (done) {
                    packets.around(event(
                            "response.output_text.done",
                            in(index)
                                    .put("text", said)
                                    .put("logprobs", Json.Arr.EMPTY)
                                    .build()));
                }
                packets.around(event(
                        "response.content_part." + when,
                        in(index).put("part", outputText(said)).build()));
            }
            case Content.Thinking thinking -> {
                String said = done ? thinking.text() : "";
                if (done) {
                    packets.around(event(
                            "response.reasoning_summary_text.done",
                            inSummary(index).put("text", said).build()));
                }
                packets.around(event(
                        "response.reasoning_summary_part." + when,
                        inSummary(index).put("part", summaryText(said)).build()));
            }
            case Content.ToolCall call -> {
                if (done && isCustom(call)) {
                    packets.around(event(
                            "response.custom_tool_call_input.done",
                            at(index)
                                    .put("item_id", id(index))
                                    .put("input", call.arguments())
                                    .build()));
                } else if (done) {
                    packets.around(event(
                            "response.function_call_arguments.done",
                            at(index)
                                    .put("item_id", id(index))
                                    .put("name", call.name())
                                    .put("arguments", call.arguments())
                                    .build()));
                }
            }
            case Content.Media media -> {
                if (!done) {
                    packets.around(event(
                            "response.image_generation_call.generating",
                            at(index).put("item_id", id(index)).build()));
                }
            }
            case Content.Opaque opaque -> {}
        }
    }

    private void piece(int index, String piece, Packets packets) {
        switch (reply.parts().get(index).content()) {
            case Content.Text text ->
                packets.piece(event(
                        "response.output_text.delta",
                        in(index)
                                .put("delta", piece)
                                .put("logprobs", Json.Arr.EMPTY)
                                .build()));
            case Content.Thinking thinking ->
                packets.piece(event(
                        "response.reasoning_summary_text.delta",
                        inSummary(index).put("delta", piece).build()));
            case Content.ToolCall call ->
                packets.piece(event(
                        isCustom(call)
                                ? "response.custom_tool_call_input.delta"
                                : "response.function_call_arguments.delta",
                        at(index).put("item_id", id(index)).put("delta", piece).build()));
            case Content.Media media -> {} // Comes whole.
            case Content.Opaque opaque -> {}
        }
    }

    private String id(int index) {
        String kind = switch (reply.parts().get(index).content()) {
            case Content.Text text -> "msg";
            case Content.Thinking thinking -> "rs";
            case Content.ToolCall call -> isCustom(call) ? "ctc" : "fc";
            case Content.Media media -> "ig";
            case Content.Opaque opaque -> "item";
        };
        return kind + "_" + number + "_" + index;
    }

    /** Whether the request has the called tool as one that takes free text. */
    private boolean isCustom(Content.ToolCall call) {
        return OpenAiResponsesRequest.customTools(body).contains(call.name());
    }

    private Json begun(int index) {
        Json.Obj item = item(index, "in_progress").asObj();
        return switch (reply.parts().get(index).content()) {
            case Content.Text text -> item.with("content", Json.Arr.EMPTY);
            case Content.Thinking thinking -> item.with("summary", Json.Arr.EMPTY);
            case Content.ToolCall call -> item.with(isCustom(call) ? "input" : "arguments", "");
            case Content.Media media -> item.with("result", null);
            case Content.Opaque opaque -> item;
        };
    }

    private Json item(int index, String status) {
        Json.ObjBuilder item = Json.object().put("id", id(index));
        return switch (reply.parts().get(index).content()) {
            case Content.Text text ->
                item.put("type", "message")
                        .put("status", status)
                        .put("role", "assistant")
                        .put("content", Json.array(outputText(text.text())))
                        .build();
            case Content.Thinking thinking -> {
                item.put("type", "reasoning").put("summary", Json.array(summaryText(thinking.text())));
                if (encrypts()) {
                    item.put("encrypted_content", "gAAAAA" + number + "-" + index);
                }
                yield item.build();
            }
            case Content.ToolCall call -> {
                boolean custom = isCustom(call);
                item.put("type", custom ? "custom_tool_call" : "function_call");
                if (!custom) {
                    item.put("status", status);
                }
                yield item.put("call_id", call.id())
                        .put("name", call.name())
                        .put(custom ? "input" : "arguments", call.arguments())
                        .build();
            }
            case Content.Media media -> {
                if (!(media.source() instanceof Content.Media.Inline image)
                        || media.kind() != Content.Media.Kind.IMAGE) {
                    throw new IllegalArgumentException(
                            "openai-responses has no place in a reply for media but images given as bytes");
                }
                yield item.put("type", "image_generation_call")
                        .put("status", status)
                        .put("result", image.base64())
                        .build();
            }
            case Content.Opaque opaque -> opaque.data();
        };
    }

    private boolean encrypts() {
        return WireJson.given(body, "include")
                .filter(include -> include.asArr().items().contains(Json.of("reasoning.encrypted_content")))
                .isPresent();
    }

    private static Json outputText(String text) {
        return Json.object()
                .put("type", "output_text")
                .put("text", text)
                .put("annotations", Json.Arr.EMPTY)
                .put("logprobs", Json.Arr.EMPTY)
                .build();
    }

    private static Json summaryText(String text) {
        return Json.object().put("type", "summary_text").put("text", text).build();
    }

    private String status() {
        return switch (reply.finish()) {
            case STOP, TOOL_CALLS, REFUSAL, PAUSE, UNKNOWN -> "completed";
            case LENGTH, CONTENT_FILTER -> "incomplete";
            case ERROR -> "failed";
        };
    }

    private Json response(String status, List<Json> output) {
        boolean ended = !status.equals("in_progress");
        return Json.object()
                .put("id", "resp_" + number)
                .put("object", "response")
                .put("created_at", created)
                .put("status", status)
                .put("error", status.equals("failed") ? failed() : Json.NULL)
                .put("incomplete_details", status.equals("incomplete") ? incomplete() : Json.NULL)
                .put("instructions", given("instructions", Json.NULL))
                .put("metadata", given("metadata", Json.Obj.EMPTY))
                .put("model", asked.model())
                .put("output", output)
                .put("parallel_tool_calls", given("parallel_tool_calls", Json.Bool.TRUE))
                .put("previous_response_id", given("previous_response_id", Json.NULL))
                .put("store", given("store", Json.Bool.TRUE))
                .put("temperature", given("temperature", Json.of(1)))
                .put("tool_choice", given("tool_choice", Json.of("auto")))
                .put("tools", given("tools", Json.Arr.EMPTY))
                .put("top_p", given("top_p", Json.of(1)))
                .put("usage", ended ? usage() : Json.NULL)
                .build();
    }

    private Json given(String name, Json otherwise) {
        return WireJson.given(body, name).orElse(otherwise);
    }

    private Json incomplete() {
        boolean length = reply.finish() == FinishReason.Kind.LENGTH;
        return Json.object("reason", length ? "max_output_tokens" : "content_filter");
    }

    private static Json failed() {
        return Json.object()
                .put("code", "server_error")
                .put("message", "The model failed to generate a response.")
                .build();
    }

    private Json usage() {
        Usage usage = reply.usage(asked);
        if (usage.unreported() > 0) {
            return Json.NULL;
        }
        return Json.object()
                .put("input_tokens", usage.input())
                .put(
                        "input_tokens_details",
                        Json.object()
                                .put("cached_tokens", usage.cacheRead())
                                .put("cache_write_tokens", usage.cacheWrite())
                                .build())
                .put("output_tokens", usage.output())
                .put("output_tokens_details", Json.object("reasoning_tokens", usage.reasoning()))
                .put("total_tokens", usage.total())
                .build();
    }

    private byte[] event(String type, Json.Obj members) {
        return event(Json.object()
                .put("type", type)
                .put("sequence_number", sequence.getAndIncrement())
                .putAll(members)
                .build());
    }

    /** An event in its frame, which repeats its type. */
    static byte[] event(Json.Obj event) {
        return WireJson.event(event.string("type").orElse(""), event.toString());
    }
}

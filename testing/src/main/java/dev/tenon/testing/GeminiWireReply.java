package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the answer to one request of {@code generateContent} (API reference, "GenerateContentResponse"): one object, events, or the items of an array. As
 * at the real host a tool call comes whole, and has an id only where the script gave it one.
 */
record GeminiWireReply(ModelRequest asked, Reply reply, long number) {
    Json whole() {
        List<Json> parts = new ArrayList<>();
        for (Reply.Part part : reply.parts()) {
            parts.add(part(part.content(), Reply.textOf(part.content())));
        }
        return response(candidates(parts, true), true);
    }

    /** The chunks of a stream, each framed. */
    List<byte[]> chunks(Frame frame) {
        Packets packets = new Packets();
        packets.around(frame.start());
        int count = 0;
        for (Reply.Part part : reply.parts()) {
            List<String> pieces = isCut(part.content()) ? part.pieces() : List.of(Reply.textOf(part.content()));
            for (String piece : pieces) {
                packets.piece(frame.item(count++, chunk(part.content(), piece)));
            }
        }
        if (reply.fault().isEmpty()) {
            packets.around(frame.item(count, response(candidates(List.of(Json.object("text", "")), true), true)));
            packets.around(frame.end());
        }
        return packets.list();
    }

    private static boolean isCut(Content.OfAssistant part) {
        return part instanceof Content.Text || part instanceof Content.Thinking;
    }

    private Json chunk(Content.OfAssistant part, String piece) {
        return response(candidates(List.of(part(part, piece)), false), false);
    }

    private List<Json> candidates(List<Json> parts, boolean last) {
        Json content = Json.object().put("parts", parts).put("role", "model").build();
        List<Json> candidates = new ArrayList<>();
        for (int index = 0; index < wanted(); index++) {
            Json.ObjBuilder candidate = Json.object().put("content", content);
            String finish = finish(reply.finish());
            if (last && !finish.isEmpty()) {
                candidate.put("finishReason", finish);
            }
            candidates.add(candidate.put("index", index).build());
        }
        return candidates;
    }

    private int wanted() {
        return asked.wire()
                .flatMap(request -> request.body().at("/generationConfig/candidateCount"))
                .map(count -> Math.toIntExact(count.asLong()))
                .orElse(1);
    }

    private Json response(List<Json> candidates, boolean last) {
        Json.ObjBuilder body = Json.object().put("candidates", candidates);
        Usage usage = reply.usage(asked);
        if (last && usage.unreported() == 0) {
            body.put("usageMetadata", usage(usage));
        }
        return body.put("modelVersion", asked.model())
                .put("responseId", "response-" + number)
                .build();
    }

    /** Thoughts stand beside the answer's tokens; what is not there is left out. */
    private static Json usage(Usage usage) {
        Map<String, Json> counts = new LinkedHashMap<>();
        counts.put("promptTokenCount", Json.of(usage.input()));
        counts.put("candidatesTokenCount", Json.of(usage.output() - usage.reasoning()));
        counts.put("totalTokenCount", Json.of(usage.total()));
        if (usage.cacheRead() > 0) {
            counts.put("cachedContentTokenCount", Json.of(usage.cacheRead()));
        }
        if (usage.reasoning() > 0) {
            counts.put("thoughtsTokenCount", Json.of(usage.reasoning()));
        }
        return Json.Obj.of(counts);
    }

    /** A part that says this. What goes back to the provider stands beside it. */
    private static Json part(Content.OfAssistant part, String said) {
        return switch (part) {
            case Content.Text text ->
                Json.object()
                        .put("text", said)
                        .putAll(back(text.origin().data()))
                        .build();
            case Content.Thinking thinking ->
                Json.object()
                        .put("text", said)
                        .put("thought", true)
                        .putAll(back(thinking.origin().data()))
                        .build();
            case Content.ToolCall call ->
                Json.object()
                        .put("functionCall", call(call))
                        .putAll(back(call.origin().data()))
                        .build();
            case Content.Media media -> Json.object("inlineData", blob(media));
            case Content.Opaque opaque -> opaque.data();
        };
    }

    private static Json.Obj back(Json data) {
        return data instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    }

    private static Json blob(Content.Media media) {
        if (media.source() instanceof Content.Media.Inline inline) {
            return Json.object()
                    .put("mimeType", media.mimeType())
                    .put("data", inline.base64())
                    .build();
        }
        throw new IllegalArgumentException("gemini has no place for a medium that is elsewhere in a reply");
    }

    private static Json call(Content.ToolCall call) {
        Json.ObjBuilder wire = Json.object();
        if (!call.id().isEmpty()) {
            wire.put("id", call.id());
        }
        return wire.put("name", call.name()).put("args", arguments(call)).build();
    }

    private static Json arguments(Content.ToolCall call) {
        try {
            if (Json.parse(call.arguments()) instanceof Json.Obj object) {
                return object;
            }
        } catch (JsonException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "gemini has no place for arguments that are no JSON object: " + call.arguments());
    }

    private static String finish(FinishReason.Kind kind) {
        return switch (kind) {
            case STOP, PAUSE, REFUSAL, TOOL_CALLS -> "STOP";
            case LENGTH -> "MAX_TOKENS";
            case CONTENT_FILTER -> "SAFETY";
            case ERROR -> "MALFORMED_FUNCTION_CALL";
            case UNKNOWN -> "";
        };
    }

    /** How a stream is framed. */
    enum Frame {
        /** {@code alt=sse}. */
        EVENTS {
            @Override
            byte[] start() {
                return new byte[0];
            }

            @Override
            byte[] item(int index, Json chunk) {
                return WireJson.event(chunk.toString());
            }

            @Override
            byte[] end() {
                return new byte[0];
            }
        },
        /** Without it. */
        ARRAY {
            @Override
            byte[] start() {
                return WireJson.bytes("[");
            }

            @Override
            byte[] item(int index, Json chunk) {
                return WireJson.bytes((index == 0 ? "" : "\r\n,\r\n") + chunk);
            }

            @Override
            byte[] end() {
                return WireJson.bytes("\r\n]");
            }
        };

        abstract byte[] start();

        abstract byte[] item(int index, Json chunk);

        abstract byte[] end();

        static Frame of(ModelRequest asked) {
            boolean events = asked.wire().orElseThrow().path().contains("alt=sse");
            return events ? EVENTS : ARRAY;
        }
    }
}

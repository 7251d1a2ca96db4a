package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;

/** What was read, in the members of the cases. */
enum Reading {
    /** Thinking is one text. */
    JOINED {
        @Override
        void thinking(ChatResponse response, Json.ObjBuilder line) {
            String thinking = response.message().thinking();
            if (!thinking.isEmpty()) {
                line.put("reasoning", thinking);
            }
        }
    },
    /** Thinking is a list of texts. */
    PARTED {
        @Override
        void thinking(ChatResponse response, Json.ObjBuilder line) {
            List<String> parts = new ArrayList<>();
            for (Content part : response.message().content()) {
                if (part instanceof Content.Thinking thinking
                        && !thinking.text().isEmpty()) {
                    parts.add(thinking.text());
                }
            }
            if (!parts.isEmpty()) {
                line.put("reasoning_parts", parts);
            }
        }
    };

    abstract void thinking(ChatResponse response, Json.ObjBuilder line);

    /** A reply. */
    Json.Obj of(ChatResponse response) {
        return line(response).build();
    }

    /**
     * A failure. A prompt that was blocked was no error on the wire. One that came in the middle of a stream has what had arrived beside it, and no status: that of the stream was good. A stream that just ended
     * reported no error.
     */
    Json.Obj of(ProviderException e) {
        boolean blocked = e.partial()
                .map(partial -> partial.extra().containsKey("block_reason"))
                .orElse(false);
        if (e.partial().isPresent() && (blocked || e.reported().isEmpty())) {
            return line(e.partial().get()).build();
        }
        Json.ObjBuilder error = Json.object();
        if (e.status() != 0 && e.partial().isEmpty()) {
            error.put("status", e.status());
        }
        error.putAll(e.reported()).put("retryable", e.kind().retryable());
        return e.partial()
                .map(this::line)
                .orElseGet(Json::object)
                .put("error", error.build())
                .build();
    }

    private Json.ObjBuilder line(ChatResponse response) {
        Json.ObjBuilder line = Json.object().put("text", response.text());
        thinking(response, line);
        line.put(
                "tool_calls",
                response.message().toolCalls().stream().map(Reading::call).toList());
        // A host's empty word is not the same as none.
        line.put(
                "finish_reason",
                response.finish().equals(FinishReason.NONE)
                        ? null
                        : response.finish().raw());
        line.put(
                "usage",
                response.usage().reported().isEmpty() ? null : response.usage().reported());
        text("model", response.model(), line);
        text("response_id", response.id(), line);
        text("refusal", response.refusal(), line);
        number(
                "n_choices",
                response.alternatives().isEmpty()
                        ? 0
                        : 1 + response.alternatives().size(),
                line);
        // What some wire formats say besides stands under its own name.
        for (String name : List.of("stop_sequence", "block_reason", "tool_plan")) {
            Json said = response.extra().getOrDefault(name, Json.NULL);
            if (!said.isNull()) {
                line.put(name, said);
            }
        }
        parts(response, line);
        return line;
    }

    private static void parts(ChatResponse response, Json.ObjBuilder line) {
        int citations = 0;
        int signatures = 0;
        int redacted = 0;
        int media = 0;
        List<String> tools = new ArrayList<>();
        for (Content.OfAssistant part : response.message().content()) {
            signatures += isSigned(part) ? 1 : 0;
            switch (part) {
                case Content.Text text -> citations += text.citations().size();
                case Content.Media generated -> media++;
                case Content.Opaque opaque -> tools.add(opaque.kind());
                case Content.Thinking thinking -> redacted += thinking.redacted() ? 1 : 0;
                case Content.ToolCall call -> {} // Already told.
            }
        }
        number("citations", citations, line);
        number("signatures", signatures, line);
        number("redacted", redacted, line);
        number("media", media, line);
        if (!tools.isEmpty()) {
            line.put("server_tools", tools);
        }
    }

    /** Whether a part has what proves the thinking behind it: most wires have it at the thinking, Gemini at any part. */
    private static boolean isSigned(Content.OfAssistant part) {
        return switch (part) {
            case Content.Text text -> has(text.origin().data(), "thoughtSignature");
            case Content.Media media -> has(media.origin().data(), "thoughtSignature");
            case Content.Opaque opaque -> has(opaque.data(), "thoughtSignature");
            case Content.ToolCall call -> has(call.origin().data(), "thoughtSignature");
            case Content.Thinking thinking ->
                has(thinking.origin().data(), "thoughtSignature")
                        || has(thinking.origin().data(), "signature")
                        || thinking.origin()
                                .data()
                                .at("/item/encrypted_content")
                                .isPresent();
        };
    }

    private static boolean has(Json data, String name) {
        return data instanceof Json.Obj object && object.has(name);
    }

    /** Whether a call is one of OpenAI's tools that take no JSON, by what must go back with it. */
    private static boolean holdsFreeText(Content.ToolCall call) {
        Json back = call.origin().data();
        return back.at("/type").filter(Json.of("custom")::equals).isPresent()
                || back.at("/item/type")
                        .filter(Json.of("custom_tool_call")::equals)
                        .isPresent();
    }

    private static Json call(Content.ToolCall call) {
        Json.ObjBuilder line =
                Json.object().put("id", call.id().isEmpty() ? null : call.id()).put("name", call.name());
        String raw = call.arguments();
        if (holdsFreeText(call)) {
            return line.put("arguments_raw", raw).build();
        }
        if (raw.isEmpty()) {
            // Arguments that were not sent are told from empty ones by what must go back.
            Json back = call.origin().data();
            boolean unsent = back.at("/arguments")
                    .or(() -> back.at("/functionCall/args"))
                    .filter(Json::isNull)
                    .isPresent();
            return line.put("arguments", Json.Obj.EMPTY)
                    .put("arguments_raw", unsent ? null : "")
                    .build();
        }
        try {
            return line.put("arguments", Json.parse(raw)).build();
        } catch (JsonException e) {
            return line.put("arguments_raw", raw).put("arguments_invalid", true).build();
        }
    }

    private static void text(String name, String value, Json.ObjBuilder line) {
        if (!value.isEmpty()) {
            line.put(name, value);
        }
    }

    private static void number(String name, int value, Json.ObjBuilder line) {
        if (value > 0) {
            line.put(name, value);
        }
    }
}

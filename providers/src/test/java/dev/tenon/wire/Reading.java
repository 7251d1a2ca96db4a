package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ProviderException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/** What was read, as the fixtures write it. */
final class Reading {
    private static final int LONG = 4000;
    private static final int HEAD = 200;

    private final boolean thinkingInParts;
    private final Predicate<Json.Obj> isProof;

    /** @param isProof whether what goes back with a piece of thinking proves it */
    Reading(boolean thinkingInParts, Predicate<Json.Obj> isProof) {
        this.thinkingInParts = thinkingInParts;
        this.isProof = isProof;
    }

    Json.Obj of(ChatResponse response) {
        return write(response).build();
    }

    Json.Obj of(ProviderException e, boolean status, boolean retryable) {
        Json.ObjBuilder error = Json.object().putAll(e.reported());
        if (status) error.put("status", e.status());
        if (retryable) error.put("retryable", e.kind().retryable());
        return e.partial()
                .map(this::write)
                .orElseGet(Json::object)
                .put("error", error.build())
                .build();
    }

    private Json.ObjBuilder write(ChatResponse response) {
        Json.ObjBuilder out = Json.object();
        text(out, "text", response.text());
        thinking(out, response);
        out.put(
                "tool_calls",
                response.message().toolCalls().stream().map(Reading::call).toList());
        out.put("finish_reason", finish(response.finish()));
        out.put(
                "usage",
                response.usage().reported().isEmpty() ? null : response.usage().reported());
        if (!response.model().isEmpty()) out.put("model", response.model());
        if (!response.id().isEmpty()) out.put("response_id", response.id());
        if (!response.refusal().isEmpty()) out.put("refusal", response.refusal());
        if (!response.alternatives().isEmpty())
            out.put("n_choices", 1 + response.alternatives().size());
        parts(out, response);
        return out;
    }

    private void thinking(Json.ObjBuilder out, ChatResponse response) {
        List<String> texts = new ArrayList<>();
        for (Content part : response.message().content()) {
            if (part instanceof Content.Thinking thinking && !thinking.text().isEmpty()) texts.add(thinking.text());
        }
        if (texts.isEmpty()) return;
        String joined = String.join("", texts);
        if (!thinkingInParts) {
            text(out, "reasoning", joined);
        } else if (joined.codePointCount(0, joined.length()) > LONG) {
            out.put(
                    "reasoning_parts_sha256",
                    texts.stream().map(Reading::sha256).toList());
        } else {
            out.put("reasoning_parts", texts);
        }
    }

    /** A host's empty word is not the same as none. */
    private static Object finish(FinishReason finish) {
        return finish.equals(FinishReason.NONE) ? Json.NULL : finish.raw();
    }

    private void parts(Json.ObjBuilder out, ChatResponse response) {
        int citations = 0;
        int signatures = 0;
        int redacted = 0;
        int media = 0;
        List<String> tools = new ArrayList<>();
        for (Content part : response.message().content()) {
            if (part instanceof Content.Text text) citations += text.citations().size();
            if (part instanceof Content.Opaque opaque) tools.add(opaque.kind());
            if (part instanceof Content.Media) media++;
            if (part instanceof Content.Thinking thinking) {
                boolean signed = thinking.origin().data() instanceof Json.Obj data && isProof.test(data);
                if (thinking.redacted()) redacted++;
                if (signed) signatures++;
            }
        }
        if (citations > 0) out.put("citations", citations);
        if (signatures > 0) out.put("signatures", signatures);
        if (redacted > 0) out.put("redacted", redacted);
        if (media > 0) out.put("media", media);
        if (!tools.isEmpty()) out.put("server_tools", tools);
    }

    private static Json call(Content.ToolCall call) {
        Json.ObjBuilder out =
                Json.object().put("id", call.id().isEmpty() ? null : call.id()).put("name", call.name());
        if (call.arguments().isEmpty()) {
            boolean absent = call.origin().data() instanceof Json.Obj data && data.has("arguments");
            return out.put("arguments", Json.Obj.EMPTY)
                    .put("arguments_raw", absent ? null : "")
                    .build();
        }
        try {
            return out.put("arguments", Json.parse(call.arguments())).build();
        } catch (JsonException e) {
            return out.put("arguments_invalid", true)
                    .put("arguments_raw", call.arguments())
                    .build();
        }
    }

    private static void text(Json.ObjBuilder out, String name, String text) {
        int length = text.codePointCount(0, text.length());
        if (length <= LONG) {
            out.put(name, text);
            return;
        }
        out.put(name + "_sha256", sha256(text));
        out.put(name + "_chars", length);
        out.put(name + "_head", text.substring(0, text.offsetByCodePoints(0, HEAD)));
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The models that an Ollama has: {@code /api/tags}, {@code /api/show} and {@code /api/pull}, from the side of the host. Thread-safe. */
final class OllamaShelf implements Served {
    /** Bytes of every model, fetched in as many pieces. */
    private static final long SIZE = 4_096;

    private static final int PIECES = 4;

    private final Set<String> models = new ConcurrentSkipListSet<>();

    void put(Collection<String> names) {
        names.forEach(name -> models.add(tagged(name)));
    }

    private static String tagged(String name) {
        return name.indexOf(':') < 0 ? name + ":latest" : name;
    }

    @Override
    public String format() {
        return "ollama-models";
    }

    @Override
    public boolean serves(String method, String path) {
        return switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "tags" -> method.equals("GET") && path.endsWith("/api/tags");
            case "show" -> method.equals("POST") && path.endsWith("/api/show");
            case "pull" -> method.equals("POST") && path.endsWith("/api/pull");
            default -> false;
        };
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return OllamaWire.refused(kind, message, retryAfter);
    }

    Answer answer(Request request, String path) {
        if (path.endsWith("/api/tags")) return json(Json.object("models", tags()));
        Json.Obj body = Json.parse(request.body()).asObj();
        String asked = body.string("model").or(() -> body.string("name")).orElse("");
        if (asked.isBlank()) return error(Kind.INVALID_REQUEST, "model is required", Duration.ZERO);
        String model = tagged(asked);
        if (path.endsWith("/api/pull")) {
            return pull(
                    model,
                    !WireJson.given(body, "stream")
                            .filter(Json.Bool.FALSE::equals)
                            .isPresent());
        }
        if (!models.contains(model)) {
            return error(Kind.NOT_FOUND, "model '" + asked + "' not found", Duration.ZERO);
        }
        return json(Json.object()
                .put("details", details())
                .put("capabilities", Json.array("completion", "tools", "thinking", "vision", "embedding"))
                .build());
    }

    private Json tags() {
        List<Json> tags = new ArrayList<>();
        for (String model : models) {
            tags.add(Json.object()
                    .put("name", model)
                    .put("model", model)
                    .put("modified_at", "2026-01-02T03:04:05Z")
                    .put("size", SIZE)
                    .put("digest", digest(model))
                    .put("details", details())
                    .build());
        }
        return Json.Arr.of(tags);
    }

    private static Json details() {
        return Json.object().put("format", "gguf").put("family", "scripted").build();
    }

    private Answer pull(String model, boolean streamed) {
        List<byte[]> lines = new ArrayList<>();
        lines.add(line(status("pulling manifest")));
        String digest = digest(model);
        for (int i = 0; i <= PIECES && !models.contains(model); i++) {
            lines.add(line(Json.object()
                    .put("status", "pulling " + digest.substring(0, 12))
                    .put("digest", "sha256:" + digest)
                    .put("total", SIZE)
                    .put("completed", i * SIZE / PIECES)
                    .build()));
        }
        lines.add(line(status("verifying sha256 digest")));
        lines.add(line(status("success")));
        models.add(model);
        return streamed ? Answer.chunked(200, "application/x-ndjson", lines) : json(status("success"));
    }

    private static Json.Obj status(String words) {
        return Json.object("status", words);
    }

    private static byte[] line(Json json) {
        return WireJson.bytes(json + "\n");
    }

    private static Answer json(Json body) {
        return Answer.of(200, "application/json", WireJson.bytes(body.toString()));
    }

    private static String digest(String model) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(model.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package dev.tenon.ollama;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.OwnMembers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** The settings of a request where Ollama has them: beside the messages, or in {@code options}. Not thread-safe. */
final class Settings {
    /** Those that stand beside the messages ({@code docs/api.md} and {@code openapi.yaml} of Ollama, 2026). */
    private static final Set<String> BESIDE = Set.of(
            "think",
            Ollama.KEEP_ALIVE,
            "logprobs",
            "top_logprobs",
            "truncate",
            "shift",
            "raw",
            "suffix",
            "template",
            "context",
            "width",
            "height",
            "steps");

    private final Map<String, Json> beside = new LinkedHashMap<>();
    private final Map<String, Json> options = new LinkedHashMap<>();

    Settings(ChatRequest request, OwnMembers own, Omissions omissions) {
        request.settings().extra().forEach((name, value) -> {
            switch (name) {
                case ModelSettings.MAX_OUTPUT_TOKENS -> options.put("num_predict", value);
                case ModelSettings.EFFORT -> beside.put("think", thinking(value));
                case ModelSettings.PARALLEL_TOOL_CALLS -> omissions.host(name, "has no such setting");
                case "options" -> {
                    if (!(value instanceof Json.Obj more)) {
                        throw new IllegalArgumentException(
                                "the setting \"options\" must be an object, got " + value.kind());
                    }
                    options.putAll(more.members());
                }
                default -> {
                    own.check(name);
                    (BESIDE.contains(name) ? beside : options).put(name, value);
                }
            }
        });
    }

    private static Json thinking(Json effort) {
        return effort.equals(Json.of("none")) ? Json.Bool.FALSE : effort;
    }

    void write(JsonGenerator out) {
        beside.forEach((name, value) -> {
            out.writeName(name);
            JacksonJson.write(value, out);
        });
        if (!options.isEmpty()) {
            out.writeName("options");
            JacksonJson.write(Json.Obj.of(options), out);
        }
    }

    /** The schema for the answer, which Ollama enforces. */
    static void format(ChatRequest request, JsonGenerator out) {
        if (request.format().isText()) return;
        out.writeName("format");
        JacksonJson.write(object(request.format().schema().json()), out);
    }

    /** Ollama takes a schema as an object only. */
    static Json object(Json schema) {
        return schema instanceof Json.Obj object && object.has("type")
                ? object
                : Json.object()
                        .put("type", "object")
                        .putAll(schema instanceof Json.Obj object ? object : Json.Obj.EMPTY)
                        .build();
    }
}

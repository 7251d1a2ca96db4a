package dev.tenon.opentelemetry;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.run.Runner;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContentTest {
    record Place(String city) {}

    private final Recorded recorded = new Recorded();
    private final Tracing tracing = Tracing.of(recorded.openTelemetry());

    @AfterEach
    void close() {
        recorded.close();
    }

    private static ScriptedProvider model() {
        return ScriptedProvider.of(
                ModelInfo.of("p", "m"), toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Bring an umbrella."));
    }

    private void run(Tracing tracing) {
        Tool weather = Tool.of("weather", "The weather now", Place.class, place -> "rain");
        Agent agent = Agent.builder(tracing.model(model()))
                .name("a")
                .instructions("Be kind.")
                .tools(weather)
                .build();
        tracing.runner(Runner.plain()).run(agent, RunRequest.of("What about tomorrow?"));
    }

    @Test
    void noTextIsRecordedUnlessAskedFor() {
        run(tracing);

        assertThat(recorded.everything())
                .doesNotContain("umbrella")
                .doesNotContain("tomorrow")
                .doesNotContain("Be kind")
                .doesNotContain("Lisbon")
                .doesNotContain("rain");
    }

    @Test
    void whatIsAskedForIsRecordedAsTheConventionsSay() throws IOException {
        run(tracing.withContent());

        SpanData chat = recorded.named("chat m").get(1);
        assertThat(fits(chat, Names.INSTRUCTIONS, "gen-ai-system-instructions.json")
                        .toString())
                .isEqualTo("[{\"type\":\"text\",\"content\":\"Be kind.\"}]");
        assertThat(fits(chat, Names.INPUT_MESSAGES, "gen-ai-input-messages.json")
                        .at("/1/parts/0/arguments/city")
                        .orElseThrow())
                .isEqualTo(Json.of("Lisbon"));
        assertThat(fits(chat, Names.OUTPUT_MESSAGES, "gen-ai-output-messages.json")
                        .at("/0/parts/0/content")
                        .orElseThrow())
                .isEqualTo(Json.of("Bring an umbrella."));
        assertThat(json(Recorded.of(chat, Names.TOOL_DEFINITIONS)).toString())
                .isEqualTo("[{\"type\":\"function\",\"name\":\"weather\"}]");
        SpanData tool = recorded.only("execute_tool weather");
        assertThat(json(Recorded.of(tool, Names.TOOL_ARGUMENTS))).isEqualTo(Json.object("city", "Lisbon"));
        assertThat(json(Recorded.of(tool, Names.TOOL_RESULT))).isEqualTo(Json.of("rain"));
    }

    @Test
    void everyPartHasAFormAndWhatProvesItHasNone() throws IOException {
        List<Message> messages = List.of(
                SystemMessage.of("Be kind."),
                new UserMessage(
                        List.of(
                                Content.text("Look"),
                                Content.Media.of(new byte[] {1, 2, 3}, "image/png"),
                                Content.Media.of(
                                        URI.create("https://user:secret1@files.example/a.pdf?sig=secret2"),
                                        "application/pdf"),
                                Content.Media.of(new Content.Media.Stored("file-1"), "audio/wav"),
                                Content.Opaque.of("w", "container_upload", Json.object("token", "secret3"))),
                        Map.of()),
                AssistantMessage.of(List.<Content.OfAssistant>of(
                        new Content.Thinking(
                                "hm", false, new Origin("w", Json.object("signature", "secret4")), Map.of()),
                        Content.ToolCall.of("c1", "weather", "{broken"),
                        Content.ToolCall.of(
                                "c2",
                                "weather",
                                Json.parse(
                                                "{\"days\":3,\"wind\":1.5,\"at\":null,\"sure\":true,\"list\":[1,\"x\"],\"huge\":123456789012345678901234567890}")
                                        .asObj()))),
                new ToolMessage(
                        List.of(
                                Content.ToolResult.of("c1", "weather", "{\"rain\": true}"),
                                new Content.ToolResult(
                                        "c2",
                                        "weather",
                                        List.of(Content.text("see"), Content.Media.of(new byte[] {4}, "image/png")),
                                        false,
                                        Origin.NONE,
                                        Map.of())),
                        Map.of()),
                SystemMessage.of("Be brief."));
        tracing.withContent()
                .model(ScriptedProvider.of(ModelInfo.of("p", "m")).always(asked -> reply("Yes.")))
                .chat(
                        ChatRequest.of(messages)
                                .withTools(List.of(ToolSpec.of("weather", "", JsonSchema.of(Place.class)))),
                        Call.unwatched());

        SpanData chat = recorded.only("chat m");
        Json said = fits(chat, Names.INPUT_MESSAGES, "gen-ai-input-messages.json");
        assertThat(said.at("/0/parts/2/uri").orElseThrow()).isEqualTo(Json.of("https://files.example/a.pdf"));
        assertThat(said.at("/1/parts/1/arguments").orElseThrow()).isEqualTo(Json.of("{broken"));
        assertThat(said.at("/1/parts/2/arguments/days").orElseThrow()).isEqualTo(Json.of(3));
        assertThat(said.at("/2/parts/0/response/rain").orElseThrow()).isEqualTo(Json.of(true));
        assertThat(recorded.everything()).doesNotContain("secret");
    }

    @Test
    void textsAreShownAsTheUserWantsAndCut() {
        run(tracing.withContent(text -> text.replace("Lisbon", "(a city)")));
        assertThat(recorded.everything()).contains("(a city)").doesNotContain("Lisbon");

        tracing.withContent()
                .model(ScriptedProvider.of(ModelInfo.of("p", "long"), reply("x".repeat(50_000))))
                .chat(ChatRequest.of("Well?"), Call.unwatched());
        assertThat(json(Recorded.of(recorded.only("chat long"), Names.OUTPUT_MESSAGES))
                        .at("/0/parts/0/content")
                        .orElseThrow()
                        .asString())
                .hasSize(Tracing.LONGEST + 1)
                .endsWith("…");
    }

    @Test
    void whereTheUsersFunctionThrowsNoTextIsRecorded() {
        run(tracing.withContent(text -> {
            throw new IllegalStateException("not today");
        }));

        assertThat(recorded.everything()).doesNotContain("umbrella").doesNotContain("Lisbon");
        assertThat(recorded.named("chat m"))
                .hasSize(2)
                .allSatisfy(it -> assertThat(Recorded.of(it, Names.INPUT)).isNotNull());
    }

    private static Json fits(SpanData span, AttributeKey<Value<?>> key, String schema) throws IOException {
        Json value = json(Recorded.of(span, key));
        JsonSchema wanted = JsonSchema.parse(Files.readString(Fixtures.spec("otel-genai/docs/gen-ai/" + schema)));
        assertThat(wanted.validate(value)).as(value.toString()).isEmpty();
        return value;
    }

    private static Json json(Value<?> value) {
        if (value.getType() == ValueType.KEY_VALUE_LIST) {
            Map<String, Json> members = new LinkedHashMap<>();
            for (Object member : (List<?>) value.getValue()) {
                KeyValue pair = (KeyValue) member;
                members.put(pair.getKey(), json(pair.getValue()));
            }
            return Json.of(members);
        }
        if (value.getType() == ValueType.ARRAY) {
            List<Json> elements = new ArrayList<>();
            for (Object element : (List<?>) value.getValue()) {
                elements.add(json((Value<?>) element));
            }
            return Json.of(elements);
        }
        return value.getType() == ValueType.EMPTY ? Json.NULL : Json.of(value.getValue());
    }
}

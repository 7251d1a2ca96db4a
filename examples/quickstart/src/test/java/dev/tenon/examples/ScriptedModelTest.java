package dev.tenon.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ModelServer;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the scripted model says comes from the tools. */
@Timeout(60)
class ScriptedModelTest {
    private static final List<ToolSpec> TOOLS = List.of(
            ToolSpec.of("weather", "The weather", JsonSchema.parse("{\"type\": \"object\"}")),
            ToolSpec.of("local_time", "The time", JsonSchema.parse("{\"type\": \"object\"}")));

    /** Asks, gives the results that these tools have, and returns the answer. */
    private static String answer(String question, Map<String, String> tools, ResponseFormat format) {
        try (ModelServer server = ScriptedModel.start()) {
            var model = OpenAi.connect(server.url("/v1").toString()).build().model("scripted");
            List<Message> messages = new ArrayList<>(List.of(Message.user(question)));
            ChatRequest first = ChatRequest.of(messages).withTools(TOOLS).withFormat(format);
            ChatResponse called = model.chat(first, Call.unwatched());
            if (called.message().toolCalls().isEmpty()) {
                return called.text();
            }
            messages.add(called.message());
            messages.add(ToolMessage.of(called.message().toolCalls().stream()
                    .map(call -> Content.ToolResult.of(
                            call.id(),
                            call.name(),
                            tools.get(call.name() + " "
                                    + call.json().orElseThrow().string("city").orElseThrow())))
                    .toList()));
            return model.chat(ChatRequest.of(messages).withTools(TOOLS).withFormat(format), Call.unwatched())
                    .text();
        }
    }

    @Test
    void aChangedToolChangesTheAnswer() {
        String question = "Do I need an umbrella in Lisbon?";
        String time = "{\"city\":\"Lisbon\",\"time\":\"14:05\"}";

        assertThat(answer(
                        question,
                        Map.of("weather Lisbon", "{\"celsius\":19,\"sky\":\"rain\"}", "local_time Lisbon", time),
                        ResponseFormat.TEXT))
                .isEqualTo("In Lisbon it is 14:05, 19 degrees and rain: take an umbrella.");
        assertThat(answer(
                        question,
                        Map.of("weather Lisbon", "{\"celsius\":31,\"sky\":\"clear\"}", "local_time Lisbon", time),
                        ResponseFormat.TEXT))
                .isEqualTo("In Lisbon it is 14:05, 31 degrees and clear: leave the umbrella at home.");
    }

    @Test
    void asksForEveryPlace() {
        assertThat(answer(
                        "Is it nicer in New York or in Oslo?",
                        Map.of(
                                "weather New York", "{\"celsius\":19,\"sky\":\"rain\"}",
                                "local_time New York", "{\"time\":\"09:00\"}",
                                "weather Oslo", "{\"celsius\":-3,\"sky\":\"snow\"}",
                                "local_time Oslo", "no such place"),
                        ResponseFormat.TEXT))
                .isEqualTo(
                        "In New York it is 09:00, 19 degrees and rain: take an umbrella. In Oslo it is unknown (no such"
                                + " place), -3 degrees and snow: leave the umbrella at home.");
    }

    @Test
    void answersAsARecord() {
        ResponseFormat advice =
                ResponseFormat.json("advice", JsonSchema.parse("{\"type\": \"object\", \"properties\": {}}"));

        assertThat(Json.parse(answer(
                        "Do I need an umbrella in Lisbon?",
                        Map.of("weather Lisbon", "{\"celsius\":19,\"sky\":\"rain\"}", "local_time Lisbon", "{}"),
                        advice)))
                .isEqualTo(Json.parse("{\"city\": \"Lisbon\", \"celsius\": 19, \"umbrella\": true}"));
    }

    @Test
    void saysThatItIsAScript() {
        assertThat(answer("What is love?", Map.of(), ResponseFormat.TEXT))
                .isEqualTo(
                        "I am a script, and know only questions about places, such as: Do I need an umbrella in Oslo?");
    }
}

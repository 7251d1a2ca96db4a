package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.output.OutputParser;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Property;
import dev.tenon.testing.Reply;
import dev.tenon.tool.ToolSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is asked arrives: any request that a provider accepts, sent over HTTP and read by a server that knows nothing of the sender. */
class RequestsTest {
    /** Not formats of their own at the model server: one text to go on with, and Anthropic's bodies at another address. */
    private static final Set<String> UNSERVED = Set.of("ollama-generate", "bedrock-invoke");

    /** Hosts that cannot be told every choice of tools, setting and schema: what becomes of those stands in their own request tests. */
    private static final Set<String> TOLD_LESS = Set.of("bedrock-converse", "cohere-v2", "ollama-chat");

    @TestFactory
    Stream<DynamicTest> everyRequestArrives() {
        return Format.ALL.stream()
                .filter(ChatFormat.class::isInstance)
                .filter(format -> !UNSERVED.contains(format.api()))
                .map(format -> dynamicTest(format.api(), () -> assertAllArrive((ChatFormat) format)));
    }

    private static void assertAllArrive(ChatFormat format) {
        try (ModelServer server = ModelServer.start(asked -> Reply.reply("ok")).keeping(1)) {
            Given nothing = new Given("", Json.Obj.EMPTY, Path.of(""));
            Provider provider = format.connect(nothing, server.url("/v1").toString());
            Property.forAll(Arbitrary.request(), request -> {
                Set<String> omitted = new HashSet<>();
                Call watched = Call.watched(new Cancellation(), delta -> {}, notice -> {
                    if (notice instanceof Notice.Omitted one) omitted.add(one.what());
                });
                assertThat(provider.chat(request, watched).text()).isEqualTo("ok");
                assertArrived(format, request, omitted, server.requests().get(0).chat());
                assertThat(provider.chat(request, Call.unwatched()).text()).isEqualTo("ok");
                assertArrived(format, request, omitted, server.requests().get(0).chat());
            });
        }
    }

    private static void assertArrived(ChatFormat format, ChatRequest sent, Set<String> omitted, ChatRequest arrived) {
        assertThat(withoutWords(arrived, sent.format()))
                .isEqualTo(sent.messages().stream().map(RequestsTest::said).toList());
        if (TOLD_LESS.contains(format.api())) return;
        assertThat(arrived.tools().stream().map(RequestsTest::told))
                .isEqualTo(sent.tools().stream().map(RequestsTest::told).toList());
        if (!sent.tools().isEmpty()) {
            assertThat(arrived.toolChoice()).isEqualTo(sent.toolChoice());
        }
        boolean wantsJson = !sent.format().isText()
                && !omitted.contains("the schema of the response format")
                && !omitted.contains("the response format");
        assertThat(arrived.format().isText()).isEqualTo(!wantsJson);
        // Anthropic and Gemini have no place for the name.
        if (wantsJson) {
            assertThat(arrived.format().name()).isIn(sent.format().name(), "json_schema", "response");
        }
        // What was told to be left out must be, and nothing else.
        sent.settings()
                .extra()
                .forEach((name, value) -> assertThat(arrived.settings().extra().get(name))
                        .as(name)
                        .isEqualTo(omitted.contains(name) ? null : value));
    }

    /** What was said, but for the words that tell of a format which the host does not enforce. */
    private static List<List<String>> withoutWords(ChatRequest arrived, ResponseFormat format) {
        String words = format.isText()
                ? ""
                : "text " + OutputParser.json(format.schema()).format();
        List<List<String>> all = new ArrayList<>();
        for (Message message : arrived.messages()) {
            List<String> said = said(message);
            List<String> rest =
                    said.stream().filter(part -> !part.equals(words)).toList();
            if (!rest.isEmpty() || said.isEmpty()) all.add(rest);
        }
        return all;
    }

    private static List<String> said(Message message) {
        return message.content().stream()
                .map(part -> switch (part) {
                    case Content.Text text -> "text " + text.text();
                    case Content.ToolCall call ->
                        "call " + call.id() + " " + call.name() + " "
                                + call.json().map(Json::canonical).orElseThrow();
                    case Content.ToolResult result -> "result " + result.callId() + " " + result.text();
                    case Content.Media media -> "media " + media;
                    case Content.Thinking thinking -> "thinking " + thinking.text();
                    case Content.Opaque opaque -> "opaque " + opaque.kind();
                })
                .toList();
    }

    private static String told(ToolSpec tool) {
        return tool.name() + ": " + tool.description();
    }
}

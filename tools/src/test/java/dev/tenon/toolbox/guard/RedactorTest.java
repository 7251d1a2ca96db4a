package dev.tenon.toolbox.guard;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Delta;
import dev.tenon.run.Watch;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the redactor strips of what comes in pieces and in parts. */
@Timeout(60)
class RedactorTest {
    /** The text that a watch was shown. */
    private static String shown(List<Delta> deltas) {
        StringBuilder text = new StringBuilder();
        deltas.forEach(delta -> {
            switch (delta) {
                case Delta.Text more -> text.append(more.text());
                case Delta.Thinking more -> text.append("<").append(more.text()).append(">");
                case Delta.ToolCallStarted started ->
                    text.append("|").append(started.name()).append("|");
                case Delta.ToolCallArguments more -> text.append(more.fragment());
                case Delta.Discarded discarded -> text.setLength(0);
            }
        });
        return text.toString();
    }

    @Test
    void aSecretThatComesInSeveralDeltasIsNotShown() {
        Secret secret = new Secret("KEY", "very-secret-value");
        List<Delta> deltas = new ArrayList<>();
        Watch watch = Redactor.of(secret).watch(Watch.of(deltas::add));

        for (String piece : new String[] {"it is v", "ery-sec", "ret-", "value, and ver", "y", " long", " ver"}) {
            watch.delta("run", new Delta.Text(piece));
        }
        assertThat(shown(deltas)).isEqualTo("it is [secret KEY], and very long ");
        watch.delta("run", new Delta.Thinking("very-secret"));
        watch.delta("run", new Delta.Thinking("-value very"));
        watch.delta("run", new Delta.ToolCallStarted(0, "1", "send"));
        watch.delta("run", new Delta.ToolCallStarted(1, "2", "send"));
        watch.delta("run", new Delta.ToolCallArguments(0, "{\"a\":\"very-"));
        watch.delta("run", new Delta.ToolCallArguments(1, "{\"b\":\"very-"));
        watch.delta("run", new Delta.ToolCallArguments(0, "secret-value\"}"));
        watch.delta("run", new Delta.ToolCallArguments(1, "long\"}"));
        assertThat(shown(deltas))
                .isEqualTo("it is [secret KEY], and very long ver<[secret KEY] ><very>|send||send|{\"a\":\"{\"b\":\""
                        + "[secret KEY]\"}very-long\"}");
        watch.delta("run", new Delta.Text("very-"));
        watch.delta("run", new Delta.Discarded("again"));
        watch.delta("run", new Delta.Text("secret-value"));
        assertThat(shown(deltas)).isEqualTo("secret-value");
    }

    @Test
    void aTextInPiecesIsStrippedAsTheWholeIs() {
        List<Secret> secrets =
                List.of(new Secret("A", "abcdef"), new Secret("B", "abcdefgh"), new Secret("C", "p@ss word&/123=aab"));
        Redactor redactor = Redactor.of(secrets);
        Random random = new Random(8);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder whole = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                String value = secrets.get(random.nextInt(3)).reveal();
                byte[] bytes = ("x".repeat(random.nextInt(3)) + value).getBytes(StandardCharsets.UTF_8);
                whole.append(
                        switch (random.nextInt(6)) {
                            case 0 -> value;
                            case 1 -> java.net.URLEncoder.encode(value, StandardCharsets.UTF_8);
                            case 2 ->
                                Base64.getMimeEncoder(4, new byte[] {'\n'}).encodeToString(bytes);
                            case 3 -> Base64.getEncoder().encodeToString(bytes);
                            case 4 -> value.substring(random.nextInt(value.length()));
                            default -> value.substring(0, random.nextInt(value.length()));
                        });
                whole.append(random.nextBoolean() ? " " : "\n. ");
            }
            Redactor.Stream stream = redactor.stream();
            StringBuilder shown = new StringBuilder();
            for (int at = 0; at < whole.length(); ) {
                int end = Math.min(whole.length(), at + 1 + random.nextInt(5));
                shown.append(stream.take(whole.substring(at, end)));
                at = end;
            }
            assertThat(shown.append(stream.end())).hasToString(redactor.strip(whole.toString()));
        }
    }

    @Test
    void aRunThatIsWatchedShowsNoSecretAndAllOfTheAnswer() {
        Secret secret = new Secret("KEY", "very-secret-value");
        Redactor redactor = Redactor.of(secret);
        List<Delta> deltas = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        Agent agent = Agent.builder(ScriptedProvider.of(reply("You said very-secret-value, and that is very")))
                .build();

        RunResult result = agent.run(
                RunRequest.of("my key is very-secret-value"),
                redactor.watch(Watch.of(deltas::add).and(Watch.events(events::add))));

        assertThat(shown(deltas)).isEqualTo("You said [secret KEY], and that is very");
        assertThat(result.text()).contains(secret.reveal()); // what a model writes by itself is not touched
        assertThat(events).isNotEmpty();
        assertThat(events.toString()).doesNotContain(secret.reveal());
    }

    @Test
    void aFileThatAToolReturnsHoldsNoSecretEither() {
        Secret secret = new Secret("KEY", "very-secret-value");
        byte[] image = {(byte) 0x89, 'P', 'N', 'G', (byte) 0xFF};
        Tool leaky = Tool.of(
                ToolSpec.of("leaky", "Tells", JsonSchema.parse("{\"type\":\"object\"}")),
                (arguments, context) -> new ToolOutput(
                        List.of(
                                Content.Media.of(
                                                "key: very-secret-value".getBytes(StandardCharsets.UTF_8), "text/plain")
                                        .withName("very-secret-value.txt"),
                                Content.Media.of(image, "image/png")),
                        false));
        Agent agent = Agent.builder(ScriptedProvider.of(toolCall("leaky", Json.Obj.EMPTY), reply("ok")))
                .tools(leaky)
                .interceptor(Redactor.of(secret).results())
                .build();

        List<Content.Media> files = agent.run("go").messages().stream()
                .filter(ToolMessage.class::isInstance)
                .flatMap(message -> ((ToolMessage) message).content().stream())
                .flatMap(result -> result.content().stream())
                .map(Content.Media.class::cast)
                .toList();

        assertThat(new String(((Content.Media.Inline) files.get(0).source()).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("key: [secret KEY]");
        assertThat(files.get(0).name()).isEqualTo("[secret KEY].txt");
        assertThat(((Content.Media.Inline) files.get(1).source()).bytes()).isEqualTo(image);
    }
}

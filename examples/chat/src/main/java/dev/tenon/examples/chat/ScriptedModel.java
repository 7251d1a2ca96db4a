package dev.tenon.examples.chat;

import static dev.tenon.testing.Reply.words;

import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import java.time.Duration;
import java.util.List;

/** The model that {@link Chat} talks to where no key is set. It knows nothing but what it is sent, and so shows what is remembered. */
final class ScriptedModel {
    private ScriptedModel() {}

    /** Starts it. It takes its time, as models do. */
    static ModelServer start() {
        return ModelServer.start(
                asked -> answer(asked).after(Duration.ofMillis(200)).pausing(Duration.ofMillis(60)));
    }

    private static Reply answer(ModelRequest asked) {
        List<String> said = asked.chat().messages().stream()
                .filter(UserMessage.class::isInstance)
                .map(Message::text)
                .toList();
        String now = said.getLast();
        return words(
                said.size() == 1
                        ? "You said: " + now + " I am a script, and remember nothing before it."
                        : "You said: " + now + " Before it you said: "
                                + String.join("; ", said.subList(0, said.size() - 1)) + ".");
    }
}

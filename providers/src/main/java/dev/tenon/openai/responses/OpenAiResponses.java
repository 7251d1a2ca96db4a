package dev.tenon.openai.responses;

import dev.tenon.openai.OpenAi;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A connection to OpenAI's Responses API, or to a host that speaks it. Immutable, thread-safe; nothing needs to be closed.
 *
 * {@snippet file="dev/tenon/openai/ExamplesTest.java" region="responses"}
 *
 * <p>By default the host keeps nothing ({@code store: false}): every request holds the whole conversation, the model's reasoning goes back encrypted. With
 * {@link #remembering()} the host keeps the conversation, and a request holds what is new.
 *
 * <p>Tools of the host's own are given by the setting {@code tools}, in the wire's words. What they did comes back as {@link dev.tenon.message.Content.Opaque}
 * parts and goes into the next request unchanged; images they made are {@link dev.tenon.message.Content.Media} besides. A part that answers such a tool, a screenshot
 * for the computer or an approval, is an opaque part of a user message, of wire {@link #WIRE}. How far they have come is told to a
 * watcher by {@link dev.tenon.provider.Notice.Custom}, under the event's own name.
 *
 * <p>A tool's member {@code openai} of {@link dev.tenon.tool.ToolSpec#extra()} is an object whose members stand in the tool on the wire. With {@code type: custom} it is
 * a tool that takes free text: its calls have that text for arguments.
 *
 * <p>What is in a request and cannot be sent is an {@link IllegalArgumentException} before anything is sent, or is left out and told by a {@link
 * dev.tenon.provider.Notice.Omitted}; the table is in {@code docs/providers.md}.
 */
public final class OpenAiResponses {
    /** The wire format's name, in the origin of what goes back to it. */
    public static final String WIRE = "openai-responses";

    private final OpenAi openAi;
    private final boolean remembering;

    private OpenAiResponses(OpenAi openAi, boolean remembering) {
        this.openAi = openAi;
        this.remembering = remembering;
    }

    /**
     * The connection that the environment describes, see {@link OpenAi#fromEnv()}.
     *
     * @throws IllegalStateException where there is neither a key nor an address
     */
    public static OpenAiResponses fromEnv() {
        return on(OpenAi.fromEnv());
    }

    /** As {@link #fromEnv()}, from these variables. */
    public static OpenAiResponses fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        return on(OpenAi.fromEnv(env));
    }

    /** The Responses API of the host that is connected to, with its key and its headers. */
    public static OpenAiResponses on(OpenAi openAi) {
        return new OpenAiResponses(Objects.requireNonNull(openAi, "openAi"), false);
    }

    /**
     * A connection whose host keeps the conversation: replies are stored, and a request goes on from the last of them ({@code previous_response_id}), with what
     * came after it and the instructions. What history leaves out later, the host still has; OpenAI keeps replies for 30 days.
     */
    public OpenAiResponses remembering() {
        return new OpenAiResponses(openAi, true);
    }

    /** A model of this host, with what the catalogue of the connection knows of it. Whether it exists shows with the first call. */
    public Provider model(String name) {
        Objects.requireNonNull(name, "name");
        ModelInfo known = openAi.info(name);
        Set<Ability> abilities = EnumSet.noneOf(Ability.class);
        abilities.addAll(known.abilities());
        // The wire has no audio.
        abilities.remove(Ability.AUDIO_INPUT);
        if (Thinkers.has(name)) abilities.add(Ability.THINKING);
        return model(new ModelInfo(
                known.provider(), known.model(), known.window(), known.maxOutput(), abilities, known.price()));
    }

    /** A model of this host of which more is known. One that cannot think is not asked for its reasoning: OpenAI refuses that. */
    public Provider model(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        if (info.model().isBlank()) throw new IllegalArgumentException("a model needs a name");
        return new ResponsesModel(info, openAi.dialect(), openAi.at("/responses"), remembering);
    }

    /** The host and the dialect; no key, no value of a header. */
    @Override
    public String toString() {
        return "OpenAiResponses[" + openAi + (remembering ? ", remembering]" : "]");
    }
}

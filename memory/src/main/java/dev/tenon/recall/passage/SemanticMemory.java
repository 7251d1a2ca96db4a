package dev.tenon.recall.passage;

import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Usage;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorMatch;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A memory that also remembers what a user said in other conversations: by meaning, over all sessions of that user. Thread-safe.
 *
 * {@snippet lang=java :
 * SemanticMemory memory = SemanticMemory.of(ConversationMemory.inMemory(), FileVectorStore.open(path), MiniLm.load());
 * Agent agent = Agent.builder(model).memory(memory).build();
 * agent.run(RunRequest.of("I am allergic to nuts.").session("monday").user("ann"));
 * agent.run(RunRequest.of("What shall I cook?").session("friday").user("ann"));
 * }
 *
 * <p>Of each turn, what the user said and the last answer are embedded and kept under the user's name; so a run without a user adds nothing and is shown nothing, and no user is ever shown another's. What is near
 * enough to what the user says now goes into the request before it, with the session it is from, and is not stored again.
 *
 * <p>It helps and does not decide: where the embeddings or the store fail, that is logged, and the run goes on without.
 */
public final class SemanticMemory implements Memory {
    /** How near a turn must be to be shown, as a cosine. Of MiniLM, what has nothing in common is mostly below 0.2, what is about the same thing mostly above 0.4. */
    public static final double DEFAULT_LEAST = 0.3;

    private static final Logger LOG = LoggerFactory.getLogger(SemanticMemory.class);
    private static final int MOST_CHARACTERS = 1_000;

    private final Memory memory;
    private final VectorStore store;
    private final EmbeddingProvider embeddings;
    private final double least;
    private final int most;

    private SemanticMemory(Memory memory, VectorStore store, EmbeddingProvider embeddings, double least, int most) {
        this.memory = memory;
        this.store = store;
        this.embeddings = embeddings;
        this.least = least;
        this.most = most;
    }

    /** This memory, and what is kept in this store: {@value Retriever#DEFAULT_MOST} turns a request, those nearer than {@value #DEFAULT_LEAST}. */
    public static SemanticMemory of(Memory memory, VectorStore store, EmbeddingProvider embeddings) {
        return of(memory, store, embeddings, DEFAULT_LEAST, Retriever.DEFAULT_MOST);
    }

    /**
     * This memory, and what is kept in this store.
     *
     * @param least how near a turn must be to be shown, as a cosine; it depends on the model
     * @param most turns a request, at least 1
     */
    public static SemanticMemory of(
            Memory memory, VectorStore store, EmbeddingProvider embeddings, double least, int most) {
        if (!(least >= -1 && least <= 1)) {
            throw new IllegalArgumentException("a cosine is -1 to 1, got " + least);
        }
        if (most < 1) {
            throw new IllegalArgumentException("most < 1: " + most);
        }
        return new SemanticMemory(
                Objects.requireNonNull(memory, "memory"),
                Objects.requireNonNull(store, "store"),
                Objects.requireNonNull(embeddings, "embeddings"),
                least,
                most);
    }

    @Override
    public Recalled recall(Recall wanted) {
        Objects.requireNonNull(wanted, "wanted");
        String question = Prompted.question(wanted);
        if (question.isEmpty() || wanted.user().isEmpty() || wanted.tooLong()) {
            return memory.recall(wanted);
        }
        return Prompted.recall(memory, wanted, remembered(wanted, question));
    }

    private String remembered(Recall wanted, String question) {
        StringBuilder words = new StringBuilder();
        try {
            Where others = Where.is("user", wanted.user())
                    .and(Where.is("session", wanted.session()).not());
            for (VectorMatch match : store.search(embeddings.query(question), most, others)) {
                if (match.score() >= least) {
                    words.append(words.isEmpty() ? "From earlier conversations with this user:" : "")
                            .append("\n\n[session ")
                            .append(match.metadata().string("session").orElse(""))
                            .append("]\n")
                            .append(match.text());
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("nothing was remembered of other conversations in run {}; the run goes on", wanted.run(), e);
            return "";
        }
        return words.toString();
    }

    @Override
    public void append(String session, Turn turn) {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(turn, "turn");
        memory.append(session, turn);
        String words = words(turn);
        if (turn.user().isEmpty() || words.isEmpty()) {
            return;
        }
        try {
            Embedding vector = embeddings
                    .embed(EmbeddingRequest.documents(List.of(words)), Call.unwatched())
                    .embeddings()
                    .getFirst();
            Json.Obj metadata = Json.object()
                    .put("user", turn.user())
                    .put("session", session)
                    .build();
            // Keyed by the run, so that a turn that is handed over again is the same.
            String id = Json.of(List.of(session, turn.run())).toString();
            store.upsert(List.of(new VectorEntry(id, vector, words, metadata)));
        } catch (RuntimeException e) {
            LOG.warn("the turn of run {} is stored, and will not be remembered in other conversations", turn.run(), e);
        }
    }

    private static String words(Turn turn) {
        StringBuilder words = new StringBuilder();
        String answer = "";
        for (Message message : turn.messages()) {
            if (message instanceof UserMessage user && !user.text().isBlank()) {
                words.append("User: ").append(clamped(user.text())).append('\n');
            } else if (message instanceof AssistantMessage said && !said.text().isBlank()) {
                answer = said.text();
            }
        }
        return words.isEmpty()
                ? ""
                : words.append(answer.isEmpty() ? "" : "Assistant: " + clamped(answer))
                        .toString();
    }

    private static String clamped(String text) {
        String words = text.strip();
        if (words.length() <= MOST_CHARACTERS) {
            return words;
        }
        int end = MOST_CHARACTERS - (Character.isHighSurrogate(words.charAt(MOST_CHARACTERS - 1)) ? 1 : 0);
        return words.substring(0, end) + "…";
    }

    @Override
    public void asked(String session, ModelInfo model, ChatRequest request, Usage usage) {
        memory.asked(session, model, request, usage);
    }

    /** Forgets all that was remembered of a user across conversations, leaves nothing of it in the store's file, and gives how many turns that were. The conversations themselves are the other memory's. */
    public int forgetUser(String user) {
        return forget(Where.is("user", Objects.requireNonNull(user, "user")));
    }

    /** Forgets what was remembered of one conversation, leaves nothing of it in the store's file, and gives how many turns that were. */
    public int forgetSession(String session) {
        return forget(Where.is("session", Objects.requireNonNull(session, "session")));
    }

    private int forget(Where where) {
        int forgotten = store.delete(where);
        // Also where nothing was found: the last time may have ended between the two.
        store.compact();
        return forgotten;
    }

    @Override
    public String toString() {
        return "SemanticMemory[" + memory + ", " + store + "]";
    }
}

package dev.tenon.provider;

import dev.tenon.error.Failure;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.scope.Cancellation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Asks several models at once, and gives the answer that was chosen. Nobody sees an answer before that: a watcher gets the chosen one at the end. */
final class ConsensusProvider implements Provider {
    private final Consensus how;
    private final List<Provider> members;

    ConsensusProvider(Consensus how, List<Provider> members) {
        this.how = Objects.requireNonNull(how, "how");
        this.members = List.copyOf(members);
    }

    /** What all of them can do, and the smallest window; no price, because it is told with each reply who gave it and what all cost. */
    @Override
    public ModelInfo info() {
        List<String> names = new ArrayList<>();
        Set<Ability> abilities = EnumSet.allOf(Ability.class);
        long window = Long.MAX_VALUE;
        long output = Long.MAX_VALUE;
        for (Provider member : members) {
            ModelInfo info = member.info();
            names.add(info.name());
            abilities.retainAll(info.abilities());
            window = Math.min(window, info.window());
            output = Math.min(output, info.maxOutput());
        }
        return new ModelInfo("consensus", String.join("+", names), window, output, abilities, List.of());
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(call, "call");
        call.check();
        List<Member> asked = new ArrayList<>(members.size());
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger left = new AtomicInteger(members.size());
        for (Provider member : members) {
            asked.add(new Member(member, request, call, () -> {
                if (left.decrementAndGet() == 0) over.countDown();
            }));
        }
        Member chosen;
        try {
            asked.forEach(it -> it.attempt.start());
            Pause.await(over, call);
            chosen = choose(asked, request, call);
        } catch (RuntimeException | Error e) {
            end(asked, null, call);
            throw e;
        }
        end(asked, chosen, call);
        return give(asked, chosen, request, call);
    }

    private Member choose(List<Member> asked, ChatRequest request, Call call) {
        List<Member> answered =
                asked.stream().filter(it -> it.attempt.reply() != null).toList();
        if (answered.size() <= asked.size() / 2) {
            throw failure(asked);
        }
        List<ChatResponse> answers = answered.stream().map(Member::reply).toList();
        int best = how.choose(request, answers, call);
        if (best < 0 || best >= answers.size()) {
            throw new IllegalStateException(
                    "a consensus chose answer " + best + " of 0 to " + (answers.size() - 1) + ": " + how);
        }
        return answered.get(best);
    }

    private static RuntimeException failure(List<Member> asked) {
        RuntimeException first = null;
        for (Member member : asked) {
            if (member.attempt.failure() == null) continue;
            RuntimeException thrown = member.attempt.thrown();
            if (first == null) {
                first = thrown;
            } else if (!first.equals(thrown)) {
                first.addSuppressed(thrown);
            }
        }
        return Objects.requireNonNull(first, "somebody failed");
    }

    private static void end(List<Member> asked, @Nullable Member chosen, Call call) {
        asked.forEach(it -> it.attempt.cancel("the call is over"));
        for (Member member : asked) {
            member.attempt.close();
            if (member != chosen) member.attempt.cost(member.answered).ifPresent(call::notice);
        }
    }

    private static ChatResponse give(List<Member> asked, Member chosen, ChatRequest request, Call call) {
        ChatResponse reply = chosen.reply();
        String said = Consensus.same(request, reply);
        for (Member member : asked) {
            Throwable failure = member.attempt.failure();
            String name = member.attempt.provider().info().name();
            if (failure != null) {
                call.notice(new Notice.Disagreed(name, "", Failure.of(failure)));
            } else if (!Consensus.same(request, member.reply()).equals(said)) {
                call.notice(new Notice.Disagreed(name, member.reply().text(), Notice.Disagreed.NONE));
            }
        }
        if (call.watched()) {
            Replay.of(reply.message(), call);
        }
        Notice answered = chosen.answered;
        if (answered == null) {
            new Shown(call).answered(chosen.attempt.provider(), reply);
        } else {
            call.notice(answered);
        }
        return reply;
    }

    /** One of those that are asked. */
    private static final class Member {
        private final Attempt attempt;
        private final Call call;
        private volatile Notice.@Nullable Answered answered;

        Member(Provider provider, ChatRequest request, Call call, Runnable ended) {
            this.call = call;
            Cancellation scope = Cancellation.below(call, call.id());
            Call own = new ScopedCall(scope, false, delta -> {}, this::notice);
            this.attempt = new Attempt(provider, request, scope, own, ended);
        }

        private ChatResponse reply() {
            return Objects.requireNonNull(attempt.reply());
        }

        private void notice(Notice notice) {
            if (notice instanceof Notice.Answered known) {
                answered = known;
            } else {
                call.notice(notice);
            }
        }
    }
}

package dev.tenon.workflow;

import dev.tenon.run.Limits;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Gen;
import java.time.Duration;
import java.util.List;

/** Definitions of any shape, whether they would make sense or not. */
final class Definitions {
    private static final List<Class<? extends Step>> LEAVES = List.of(
            Step.Agent.class,
            Step.Tool.class,
            Step.Function.class,
            Step.Script.class,
            Step.Transform.class,
            Step.SubWorkflow.class,
            Step.Wait.class,
            Step.Ask.class,
            Step.Handoff.class,
            Step.Supervisor.class,
            Step.Custom.class);

    private static final List<Class<? extends Step>> COMPOSITES = List.of(
            Step.Sequence.class,
            Step.Parallel.class,
            Step.When.class,
            Step.Switch.class,
            Step.Route.class,
            Step.Loop.class,
            Step.ForEach.class,
            Step.Graph.class,
            Step.Approval.class);

    private static final Gen<Duration> TIMES = Gen.whole(0, 1_000_000).map(Duration::ofMillis);

    private static final Gen<Limits> BUDGETS = chance -> new Limits(
            0,
            0,
            chance.between(0, 1_000),
            chance.between(0, 1_000),
            java.math.BigDecimal.valueOf(chance.between(0, 500), 2),
            Duration.ZERO);

    private static final Gen<Step> BARE = chance -> chance.oneIn(2) ? Step.function("f") : Step.sequence();

    private static final Arbitrary POLICIES = Arbitrary.VALUES
            .with(Duration.class, TIMES)
            .with(Limits.class, BUDGETS)
            .with(double.class, chance -> chance.below(101) / 100.0)
            .with(Integer.class, chance -> 1 + chance.below(9))
            .with(Step.class, BARE);

    private static final Arbitrary VALUES = POLICIES.with(
                    Policy.class,
                    chance -> chance.oneIn(3) ? POLICIES.value(Policy.class).next(chance) : Policy.NONE)
            .with(int.class, chance -> chance.below(5))
            .with(Step.class, Definitions::step);

    private Definitions() {}

    static Gen<Definition> any() {
        return VALUES.value(Definition.class);
    }

    static Gen<Step> steps() {
        return Definitions::step;
    }

    private static Step step(dev.tenon.testing.Chance chance) {
        Class<? extends Step> kind = chance.deep() || chance.oneIn(2) ? chance.pick(LEAVES) : chance.pick(COMPOSITES);
        return chance.inside(VALUES.value(kind));
    }
}

"""The reference organisation in SimPy: a PriorityResource per team, a process per item, an event per end.

    simpy_queues.py ORGANISATION.json SEED TRIALS
    simpy_queues.py ORGANISATION.json medians

Prints JSON: completions, seconds (reading and printing apart), and per trial the makespan and the end of each plan.
"""

import json
import math
import random
import sys
import time

import simpy


def trial(organisation, duration):
    env = simpy.Environment()
    teams = [simpy.PriorityResource(env, capacity=organisation["people"]) for _ in range(organisation["teams"])]
    done = [env.event() for _ in organisation["items"]]
    plans = [0.0] * organisation["plans"]

    def work(number, item):
        if item["after"]:
            yield env.all_of([done[before] for before in item["after"]])
        with teams[item["team"]].request(priority=number) as people:
            yield people
            yield env.timeout(duration(item))
            plans[item["plan"]] = env.now
            # All that waits for this end joins its queue before somebody takes the next item.
            yield done[number].succeed()
            yield env.timeout(0)

    for number, item in enumerate(organisation["items"]):
        env.process(work(number, item))
    env.run()
    return [max(plans), *plans]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        organisation = json.load(file)
    if sys.argv[2] == "medians":
        trials, duration = 1, lambda item: item["median"]
    else:
        draw, trials = random.Random(int(sys.argv[2])), int(sys.argv[3])
        sigma = organisation["sigma"]

        def duration(item):
            return draw.lognormvariate(math.log(item["median"]), sigma)

    start = time.perf_counter()
    results = [trial(organisation, duration) for _ in range(trials)]
    seconds = time.perf_counter() - start
    json.dump({"completions": trials * len(organisation["items"]), "seconds": seconds, "trials": results}, sys.stdout)


main()

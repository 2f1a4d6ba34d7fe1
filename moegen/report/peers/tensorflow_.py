"""TensorFlow: a tf.function that gathers each expert's rows."""

from __future__ import annotations

import tensorflow as tf

from moegen.report.peers.base import Missing


def inputs(x):
    return tf.constant(x)


def result(y):
    return y.numpy()


def prepare(problem, gate, w1, w2, threads):
    if problem.spec.activation != "relu":
        raise Missing("this adapter has relu only")
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    k, experts = problem.spec.top_k, problem.spec.num_experts
    gate, firsts, seconds = tf.constant(gate), [tf.constant(w) for w in w1], [tf.constant(w) for w in w2]

    @tf.function(reduce_retracing=True)
    def layer(x):
        share, chosen = tf.math.top_k(tf.nn.softmax(x @ gate), k)
        share /= tf.reduce_sum(share, axis=1, keepdims=True)
        y = tf.zeros_like(x)
        for e in range(experts):
            hit = tf.where(chosen == e)
            rows = hit[:, 0]
            out = tf.nn.relu(tf.gather(x, rows) @ firsts[e]) @ seconds[e]
            y = tf.tensor_scatter_nd_add(y, rows[:, None], out * tf.gather_nd(share, hit)[:, None])
        return y

    def call(x):
        y = layer(x)
        y.numpy()  # waits for the result, which an eager tensor on a CPU shares without a copy
        return y

    return call

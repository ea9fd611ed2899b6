"""Seats of trees with slots: who stands where, and where a newcomer goes.

===================================  ==================================================================
module                               what it holds
===================================  ==================================================================
``network.placement.seating``        :class:`Seats`, and newcomers seated one after the other
``network.placement.departures``     the earliest child takes the seat of whoever leaves
===================================  ==================================================================
"""
